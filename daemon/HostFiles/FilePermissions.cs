using Tidegate.Kubernetes;

namespace Tidegate.HostFiles;

/// <summary>
/// Who else than its owner may change or read a file of the host that the gate relies on: one rule for the start, each reload and <c>tidegate check</c>. What counts is the file that
/// links lead to, and the folders that it really lies in: whoever may write a folder may put another file in the place of this one, unless the sticky bit forbids it
/// (chmod(1)).
/// </summary>
/// <remarks>
/// Written by everybody is refused where the file is trusted, and warned of elsewhere. Written by the file's group is warned of, and so is a secret that everybody may read; a secret that
/// its group may read is usual. Folders that a group may write are its administrators' own.
/// </remarks>
internal static class FilePermissions
{
    /// <summary>Why what is in a file, or comes to lie in a folder, cannot be trusted; null when only its owner and group could have changed it, or it cannot be looked at.</summary>
    public static string? Objection(string path)
    {
        if (RealPathOf(path) is not { } real)
        {
            return null;
        }

        if (ModeOf(real) is { } mode && mode.HasFlag(UnixFileMode.OtherWrite) && !IsSticky(mode))
        {
            return $"{Named(path, real)} can be written by everybody (mode {Octal(mode)}), so that what is in it cannot be trusted; run: chmod o-w {real}";
        }

        for (var folder = Path.GetDirectoryName(real); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (ModeOf(folder) is { } open && open.HasFlag(UnixFileMode.OtherWrite) && !open.HasFlag(UnixFileMode.StickyBit))
            {
                return $"{Named(path, real)} can be replaced by everybody, who may write the folder {folder} (mode {Octal(open)}); run: chmod o-w {folder}";
            }
        }

        return null;

        bool IsSticky(UnixFileMode it) => it.HasFlag(UnixFileMode.StickyBit) && Directory.Exists(real);
    }

    /// <summary>What is odd about a file and yet no reason to refuse it.</summary>
    /// <param name="isSecret">Whether nobody else may know what is in it.</param>
    public static IEnumerable<string> Warnings(string path, bool isSecret)
    {
        if (RealPathOf(path) is not { } real || ModeOf(real) is not { } mode)
        {
            yield break;
        }

        if (mode.HasFlag(UnixFileMode.GroupWrite))
        {
            yield return $"{Named(path, real)} can be written by its group (mode {Octal(mode)}); run: chmod g-w {real}";
        }

        if (isSecret && mode.HasFlag(UnixFileMode.OtherRead))
        {
            yield return $"{Named(path, real)} holds a secret and can be read by everybody (mode {Octal(mode)}); run: chmod o= {real}";
        }
    }

    private static string Named(string path, string real) => path == real ? path : $"{path}, which is {real},";

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    private static string? RealPathOf(string path)
    {
        try
        {
            return RealPath.Of(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it says what is wrong.
            return null;
        }
    }

    private static UnixFileMode? ModeOf(string path)
    {
        try
        {
            return File.GetUnixFileMode(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
