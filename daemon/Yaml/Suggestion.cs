namespace Tidegate.Yaml;

/// <summary>"Did you mean": the known name nearest to a misspelt one.</summary>
internal static class Suggestion
{
    /// <summary>Names longer than this are not typing errors of ours, and comparing them costs.</summary>
    private const int MaxLength = 64;

    /// <param name="most">How many letters may differ; by default a third of them.</param>
    public static string? For(string given, IEnumerable<string> known, int? most = null)
    {
        if (given.Length > MaxLength)
        {
            return null;
        }

        string? best = null;
        var bestDistance = (most ?? Math.Max(1, given.Length / 3)) + 1;
        foreach (var name in known)
        {
            var distance = string.Equals(name, given, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(given, name);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (name, distance);
            }
        }

        return best;
    }

    /// <summary>Levenshtein distance: insertions, deletions and replacements.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> previous = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, 1 + Math.Min(previous[j], current[j - 1]));
            }

            current.CopyTo(previous);
        }

        return previous[b.Length];
    }
}
