using Tidegate.Labels;

namespace Tidegate.Resources;

/// <summary>What a pattern says about names that are not known yet. Where it cannot be said exactly, the answer is the one that gives less.</summary>
internal static class RulePatterns
{
    // k8s.io/apiserver/pkg/storage/names: five random characters behind at most 58.
    private const int LongestBase = 58;
    private const int Random = 5;

    /// <summary>Whether it matches every text that is not empty, by its form.</summary>
    public static bool MatchesEveryText(LabelPattern pattern) => pattern.Text is "*" or "^.*$" or "^.+$" or "^(.*)$" or "^(.+)$";

    /// <summary>Whether it matches some text that is not empty; says yes of every expression.</summary>
    public static bool MayMatchText(LabelPattern pattern) => pattern.Literal != "";

    /// <summary>Whether it matches whatever name the cluster makes from a beginning.</summary>
    public static bool CoversGenerated(LabelPattern pattern, string beginning)
    {
        if (MatchesEveryText(pattern))
        {
            return true;
        }

        var star = pattern.Text.IndexOf('*', StringComparison.Ordinal);
        return !IsExpression(pattern) && star == pattern.Text.Length - 1 && star is >= 0 and <= LongestBase && beginning.StartsWith(pattern.Text[..star], StringComparison.Ordinal);
    }

    /// <summary>Whether it may match a name that the cluster makes from a beginning.</summary>
    public static bool MayMatchGenerated(LabelPattern pattern, string beginning)
    {
        var kept = beginning.Length > LongestBase ? beginning[..LongestBase] : beginning;
        if (pattern.Literal is { } literal)
        {
            return literal.Length == kept.Length + Random && literal.StartsWith(kept, StringComparison.Ordinal);
        }

        if (IsExpression(pattern))
        {
            return true;
        }

        var head = pattern.Text[..pattern.Text.IndexOf('*', StringComparison.Ordinal)];
        return head.StartsWith(kept, StringComparison.Ordinal) || kept.StartsWith(head, StringComparison.Ordinal);
    }

    private static bool IsExpression(LabelPattern pattern) => pattern.Text.StartsWith('^') && pattern.Text.EndsWith('$');
}
