using System.Text;

namespace Tidegate.Simulation.Pods;

/// <summary>A pod's file system, in memory: nothing a command does in a simulated pod reaches the host.</summary>
internal sealed class PodFiles
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, byte[]?> entries = new(StringComparer.Ordinal);

    public PodFiles(string hostName)
    {
        foreach (string directory in (string[])["/", "/bin", "/etc", "/root", "/tmp"])
        {
            entries[directory] = null;
        }

        entries["/etc/hostname"] = Encoding.UTF8.GetBytes(hostName + "\n");
        entries["/etc/os-release"] = "NAME=\"Simulated\"\nID=simulated\n"u8.ToArray();
    }

    /// <summary>A path without dot segments or a slash at its end; a relative one is taken from the root.</summary>
    public static string Normalize(string path)
    {
        List<string> parts = [];
        foreach (string part in path.Split('/'))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part is not "" and not ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    public bool IsDirectory(string path)
    {
        lock (gate)
        {
            return entries.TryGetValue(Normalize(path), out byte[]? content) && content is null;
        }
    }

    public byte[]? Read(string path)
    {
        lock (gate)
        {
            return entries.GetValueOrDefault(Normalize(path));
        }
    }

    public void Write(string path, byte[] content)
    {
        lock (gate)
        {
            string full = Normalize(path);
            MakeParents(full);
            entries[full] = content;
        }
    }

    public void MakeDirectory(string path)
    {
        lock (gate)
        {
            string full = Normalize(path);
            MakeParents(full);
            entries[full] = null;
        }
    }

    public void Remove(string path)
    {
        lock (gate)
        {
            foreach (string gone in Under(Normalize(path)).ToList())
            {
                entries.Remove(gone);
            }
        }
    }

    /// <summary>A path and everything below it, directories before what they hold; a directory's content is null.</summary>
    public List<(string Path, byte[]? Content)> Tree(string path)
    {
        lock (gate)
        {
            return [.. Under(Normalize(path)).Select(p => (p, entries[p]))];
        }
    }

    /// <summary>The names directly in a directory.</summary>
    public List<string> Names(string path)
    {
        lock (gate)
        {
            string prefix = Normalize(path).TrimEnd('/') + "/";
            return [.. entries.Keys
                .Where(k => k.Length > prefix.Length && k.StartsWith(prefix, StringComparison.Ordinal) && k.IndexOf('/', prefix.Length) < 0)
                .Select(k => k[prefix.Length..])];
        }
    }

    private IEnumerable<string> Under(string full)
    {
        string prefix = full.TrimEnd('/') + "/";
        return entries.Keys.Where(k => k == full || k.StartsWith(prefix, StringComparison.Ordinal));
    }

    private void MakeParents(string full)
    {
        for (int slash = full.IndexOf('/', 1); slash > 0; slash = full.IndexOf('/', slash + 1))
        {
            entries.TryAdd(full[..slash], null);
        }
    }
}
