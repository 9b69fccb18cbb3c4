using System.Diagnostics;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>
/// A gate's data_dir on a file system of its own, small and soon full, as a host's is when the logs of others fill it. Needs root.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder;
    private readonly string data;

    public SmallDisk(GateFolder gate)
    {
        folder = gate.Path;
        data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tidegate-test", data);
    }

    private string Filler => Path.Combine(data, "filler");

    /// <summary>Puts the mirror of the repository, which is there, on another disk, so that fetches go on when this one is full.</summary>
    public void MoveMirror()
    {
        var (inside, outside) = (Path.Combine(data, "repository.git"), Path.Combine(folder, "mirror.git"));
        Run("cp", "-a", inside, outside);
        Directory.Delete(inside, recursive: true);
        Directory.CreateSymbolicLink(inside, outside);
    }

    /// <summary>Takes every byte that is left, or leaves some.</summary>
    public void Fill(int left = 0)
    {
        FillAll();
        if (left > 0)
        {
            using var cut = new FileStream(Filler, FileMode.Open, FileAccess.Write);
            cut.SetLength(cut.Length - left);
        }
    }

    private void FillAll()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        var block = new byte[4096];
        var full = false;
        while (!full)
        {
            try
            {
                file.Write(block);
            }
            catch (IOException)
            {
                full = true;
            }
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public void Dispose() => Run("umount", "--lazy", data);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, error);
    }
}
