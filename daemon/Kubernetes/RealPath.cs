namespace Tidegate.Kubernetes;

/// <summary>Paths of the host with every symbolic link resolved, so that a link cannot lead out of an allowed directory.</summary>
internal static class RealPath
{
    /// <summary>As many as the kernel follows (<c>path_resolution(7)</c>).</summary>
    private const int MaxLinks = 40;

    /// <exception cref="IOException">A part is missing, or the links go round in a circle.</exception>
    public static string Of(string path)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw new IOException($"{path} is not an absolute path");
        }

        var links = 0;
        var waiting = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var done = "/";
        while (waiting.TryPop(out var part))
        {
            if (part == ".")
            {
                continue;
            }

            if (part == "..")
            {
                done = Path.GetDirectoryName(done) ?? "/";
                continue;
            }

            var next = Path.Combine(done, part);
            var info = new FileInfo(next);
            if (info.LinkTarget is not { } target)
            {
                done = File.Exists(next) || Directory.Exists(next) ? next : throw new FileNotFoundException($"{next} does not exist");
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new IOException($"{path} has too many symbolic links");
            }

            done = Path.IsPathRooted(target) ? "/" : done;
            foreach (var piece in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                waiting.Push(piece);
            }
        }

        return done;
    }

    /// <summary>Both paths resolved already.</summary>
    public static bool IsUnder(string path, string directory) =>
        path.StartsWith(directory.EndsWith('/') ? directory : directory + '/', StringComparison.Ordinal);
}
