using System.Globalization;

namespace Tidegate.Hosting;

/// <summary>
/// A file with the number of the running process, so that only one daemon runs with it. Never opened through a link or over another
/// file: it is made new or not at all. Removed when disposed, provided that it still is this process's.
/// </summary>
internal sealed class PidFile : IDisposable
{
    private const int Attempts = 3;

    private readonly string path;
    private readonly string content;

    private PidFile(string path, string content)
    {
        this.path = path;
        this.content = content;
    }

    /// <summary>Makes the file. One that a process left behind which is gone is replaced.</summary>
    /// <exception cref="IOException">Another daemon runs, or the file cannot be written; the message says which.</exception>
    public static PidFile Create(string path) => Create(path, Environment.ProcessPath);

    /// <param name="program">The executable of this program: a living process counts only when it runs the same one.</param>
    public static PidFile Create(string path, string? program)
    {
        var content = $"{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}\n";
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (TryWrite(path, content))
            {
                return new(path, content);
            }

            if (OwnerOf(path, program) is { } owner)
            {
                throw new IOException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"a daemon with the pid file {path} already runs as process {owner}; stop it or set another teleport.pid_file"));
            }

            File.Delete(path);
        }

        throw new IOException($"the pid file {path} was made by somebody else again and again; is another daemon just starting?");
    }

    public void Dispose()
    {
        try
        {
            if (File.ReadAllText(path) == content)
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that stays is recognised as left behind by the next start.
        }
    }

    private static bool TryWrite(string path, string content)
    {
        try
        {
            // CreateNew is O_EXCL: the kernel refuses an existing file and follows no link.
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            });
            file.Write(System.Text.Encoding.ASCII.GetBytes(content));
            return true;
        }
        catch (IOException) when (IsThere(path))
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the pid file {path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Also true for a link that points nowhere.</summary>
    private static bool IsThere(string path) => File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    /// <returns>The process that the file names if it lives and runs the same program; null when the file is left over.</returns>
    private static int? OwnerOf(string path, string? program)
    {
        string text;
        try
        {
            text = File.ReadAllText(path).Trim();
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid <= 0)
        {
            return null;
        }

        // Process numbers are used again, above all after a restart of the host.
        return pid != Environment.ProcessId && Directory.Exists($"/proc/{text}") && RunsSameProgram(pid, program) ? pid : null;
    }

    private static bool RunsSameProgram(int pid, string? program)
    {
        var folder = $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}";
        if (new FileInfo($"{folder}/exe").LinkTarget is { } other)
        {
            return other == program || other == $"{program} (deleted)";
        }

        try
        {
            // Only the owner may read the link; the name, cut to 15 characters, is there for everybody.
            var name = File.ReadAllText($"{folder}/comm").TrimEnd('\n');
            return name.Length > 0 && Path.GetFileName(program)?.StartsWith(name, StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
