namespace Tidegate.Cli;

/// <summary>Where a command that writes a file puts it, after the original's <c>--output</c>: <c>stdout</c>, a path, or <c>file:///path</c>.</summary>
internal static class OutputPlace
{
    public const string Stdout = "stdout";

    /// <summary>The place where the file belongs.</summary>
    public const string Usual = "file";

    /// <param name="usual">What <c>file</c> stands for.</param>
    public static string PathOf(string place, string usual) => place switch
    {
        Usual => usual,
        _ when place.StartsWith("file://", StringComparison.Ordinal) => new Uri(place).LocalPath,
        _ => Path.GetFullPath(place),
    };

    /// <exception cref="CommandException">The file is there and must not be overwritten, or it cannot be written.</exception>
    public static void Write(string path, string text, bool overwrite)
    {
        try
        {
            // CreateNew follows no link and never writes over something that appears meanwhile.
            using var file = new FileStream(path, overwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            throw new CommandException($"will not overwrite existing file {path}; give --overwrite or another --output", ExitCode.Failed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be written: {e.Message}", ExitCode.Failed);
        }
    }
}
