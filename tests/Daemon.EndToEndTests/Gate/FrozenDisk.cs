using System.Diagnostics;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>
/// A gate's data_dir on a file system of its own that can be made to answer no write, as a disk or a network share that hangs. Needs root and a loop device.
/// </summary>
internal sealed class FrozenDisk : IDisposable
{
    private readonly string data;

    public FrozenDisk(GateFolder gate)
    {
        data = Directory.CreateDirectory(Path.Combine(gate.Path, "data")).FullName;
        var image = Path.Combine(gate.Path, "disk.img");
        using (var file = File.Create(image))
        {
            file.SetLength(32 * 1024 * 1024);
        }

        Run("mkfs.ext4", "-q", image);
        Run("mount", "-o", "loop", image, data);
        Directory.Delete(Path.Combine(data, "lost+found"));
    }

    /// <summary>From here on writes and fsyncs wait, until what is returned is disposed of. That comes before the end of any process that writes: one that waits for such a disk cannot be killed.</summary>
    public IDisposable Freeze()
    {
        Run("fsfreeze", "--freeze", data);
        return new Frozen(data);
    }

    public void Dispose() => Run("umount", "--lazy", data);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, error);
    }

    private sealed class Frozen(string data) : IDisposable
    {
        public void Dispose() => Run("fsfreeze", "--unfreeze", data);
    }
}
