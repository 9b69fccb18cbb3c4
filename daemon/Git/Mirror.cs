using System.Globalization;
using LibGit2Sharp;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>
/// The bare repository under the data directory, as its one writer sees it: the fetch child. It is a cache: whatever is wrong with it
/// is cured by moving it aside and cloning anew.
/// </summary>
internal static class Mirror
{
    /// <summary>Where a fetch puts what it got, deleted beforehand: a fetch of a missing branch raises no error.</summary>
    public const string Incoming = "refs/tidegate/incoming";

    /// <summary>The commit that the last good fetch led to; also what keeps its objects known to the next fetch.</summary>
    public const string Current = "refs/tidegate/current";

    /// <summary>LibGit2Sharp fetches from configured remotes only.</summary>
    public const string Remote = "source";

    private const string DamagedSuffix = ".damaged";
    private const int MostPlaces = 9;
    private const string Superseded = "superseded-packs";

    /// <summary>
    /// Makes the mirror ready for a fetch from <paramref name="url"/>: creates it, or removes what a killed child left behind (only one
    /// child runs at a time, so every lock and partial pack found here is stale) and writes its configuration again.
    /// </summary>
    public static Repository Prepare(string path, GitUrl url)
    {
        var configuration = Configuration(url);
        if (Directory.Exists(path) && !IsFrom(path, url))
        {
            Remove(path);
        }

        if (!Directory.Exists(path))
        {
            Create(path, configuration);
        }

        Sweep(path);
        RemoveSuperseded(path);
        WriteConfiguration(path, configuration);
        return new Repository(path);
    }

    /// <summary>Whether anything lies where a mirror belongs, also what is none: a file, a link that leads nowhere.</summary>
    public static bool IsTaken(string path) => Directory.Exists(path) || File.Exists(path) || new FileInfo(path).LinkTarget is not null;

    /// <summary>
    /// Makes room for a mirror: what lies there goes to <c>PATH.damaged</c>, in place of what lies there, and a link that leads to no folder is removed, never
    /// what it leads to.
    /// </summary>
    /// <returns>What became of it, half a sentence.</returns>
    public static string MoveAside(string path)
    {
        if (!Directory.Exists(path) && new FileInfo(path).LinkTarget is { } target)
        {
            File.Delete(path);
            return $"a link to {Printable.Line(target)}, which is no folder, was removed";
        }

        var aside = Vacated(path + DamagedSuffix);
        if (Directory.Exists(path))
        {
            Directory.Move(path, aside);
            return $"the damaged mirror now lies at {aside}";
        }

        File.Move(path, aside);
        return $"the file that was in its place now lies at {aside}";
    }

    /// <summary>Empties a place, or finds another one where what lies there cannot be deleted: .NET deletes nothing whose name is not UTF-8.</summary>
    private static string Vacated(string place)
    {
        for (var number = 1; ; number++)
        {
            var candidate = number == 1 ? place : string.Create(CultureInfo.InvariantCulture, $"{place}-{number}");
            try
            {
                Remove(candidate);
                return candidate;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && number < MostPlaces)
            {
                // The next number may be free.
            }
        }
    }

    private static void Remove(string path)
    {
        if (new FileInfo(path) is { LinkTarget: null } && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else if (IsTaken(path))
        {
            File.Delete(path);
        }
    }

    /// <summary>
    /// Packs all objects into one when there are more than <paramref name="limit"/> packs; libgit2 adds one with each fetch and never
    /// collects. The daemon may be reading the old ones, so they are only noted here, and removed before the next fetch.
    /// </summary>
    public static void Repack(Repository repository, int limit)
    {
        var directory = PackDirectory(repository.Info.Path);
        var old = Directory.GetFiles(directory, "*.pack");
        if (old.Length <= limit)
        {
            return;
        }

        repository.ObjectDatabase.Pack(new PackBuilderOptions(directory));
        if (Directory.GetFiles(directory, "*.pack").Length > old.Length)
        {
            var note = Path.Combine(repository.Info.Path, Superseded);
            File.WriteAllLines(note + ".tmp", old.Select(p => Path.GetFileNameWithoutExtension(p)));
            File.Move(note + ".tmp", note, overwrite: true);
        }
    }

    private static string PackDirectory(string path) => Path.Combine(path, "objects", "pack");

    private static void RemoveSuperseded(string path)
    {
        var note = Path.Combine(path, Superseded);
        if (!File.Exists(note))
        {
            return;
        }

        foreach (var pack in File.ReadAllLines(note))
        {
            File.Delete(Path.Combine(PackDirectory(path), $"{Path.GetFileName(pack)}.idx"));
            File.Delete(Path.Combine(PackDirectory(path), $"{Path.GetFileName(pack)}.pack"));
        }

        File.Delete(note);
    }

    /// <summary>A configuration that names no source at all is a damaged one, and no reason to fetch everything again.</summary>
    private static bool IsFrom(string path, GitUrl url)
    {
        var file = Path.Combine(path, "config");
        var text = File.Exists(file) ? File.ReadAllText(file) : "";
        return !text.Contains("\turl = ", StringComparison.Ordinal) || text.Contains(UrlLine(url), StringComparison.Ordinal);
    }

    /// <summary>The address that a mirror was fetched from, in one spelling; null when there is no mirror or it does not say.</summary>
    public static string? AddressOf(string path)
    {
        const string Setting = "\turl = \"";
        try
        {
            var line = File.ReadLines(Path.Combine(path, "config")).FirstOrDefault(l => l.StartsWith(Setting, StringComparison.Ordinal) && l.EndsWith('"'));
            var written = line?[Setting.Length..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
            return written is not null && GitUrl.TryParse(written, out var url, out _) ? url.Canonical : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Made beside its place and moved there whole, so that a mirror which exists was once complete.</summary>
    private static void Create(string path, string configuration)
    {
        var unfinished = Vacated(path + ".new");
        Directory.CreateDirectory(unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Repository.Init(unfinished, isBare: true);
        WriteConfiguration(unfinished, configuration);
        Directory.Move(unfinished, path);
    }

    /// <summary><c>initial</c> lets a server name a repository's other address once. The address holds no password: none is accepted.</summary>
    private static string Configuration(GitUrl url) =>
        "[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfilemode = true\n[http]\n\tfollowRedirects = initial\n[gc]\n\tauto = 0\n"
        + $"[remote \"{Remote}\"]\n{UrlLine(url)}";

    private static string UrlLine(GitUrl url) =>
        $"\turl = \"{url.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n";

    /// <summary>Nothing of an earlier configuration survives.</summary>
    private static void WriteConfiguration(string path, string text)
    {
        var file = Path.Combine(path, "config");
        if (!File.Exists(file) || File.ReadAllText(file) != text)
        {
            File.WriteAllText(file + ".tmp", text);
            File.Move(file + ".tmp", file, overwrite: true);
        }
    }

    private static void Sweep(string path)
    {
        foreach (var file in Directory.GetFiles(path, "*.lock").Concat(FilesBelow(Path.Combine(path, "refs"), "*.lock")))
        {
            File.Delete(file);
        }

        // libgit2 names an unfinished pack pack_git2_*, git names one tmp_pack_*; neither's own collection removes the other's.
        foreach (var pattern in new[] { "pack_git2_*", "tmp_*", "*.lock" })
        {
            foreach (var file in FilesBelow(PackDirectory(path), pattern))
            {
                File.Delete(file);
            }
        }
    }

    private static string[] FilesBelow(string directory, string pattern) =>
        Directory.Exists(directory) ? Directory.GetFiles(directory, pattern, SearchOption.AllDirectories) : [];
}
