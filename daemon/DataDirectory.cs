namespace Tidegate;

/// <summary>The folder in which mirror, state and socket live.</summary>
internal static class DataDirectory
{
    /// <exception cref="StartException">It cannot be made.</exception>
    public static string Create(string path)
    {
        // The group reaches the socket in it; the files have modes of their own.
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        try
        {
            Directory.CreateDirectory(path, Mode);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"teleport.data_dir {path} cannot be made: {e.Message}");
        }
    }
}
