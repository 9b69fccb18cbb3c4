namespace Tidegate.Configuration;

/// <summary>Guesses which known name a mistyped one stands for.</summary>
internal static class Spelling
{
    /// <summary>At most this many insertions, deletions and replacements still make a likely guess.</summary>
    private const int Tolerance = 2;

    /// <returns><c>did you mean "x"?</c> or the list of what exists.</returns>
    public static string Remedy(string written, IReadOnlyCollection<string> known)
    {
        var guess = known.MinBy(name => Distance(written, name));
        if (guess is not null && Distance(written, guess) <= Math.Min(Tolerance, guess.Length / 2))
        {
            return $"did you mean \"{guess}\"?";
        }

        return $"known here: {string.Join(", ", known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}";
    }

    /// <summary>Levenshtein's distance; upper and lower case count as equal.</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replace = previous[j - 1] + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
