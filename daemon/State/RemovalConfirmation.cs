using Tidegate.Values;

namespace Tidegate.State;

/// <summary>Which removal a confirmation is about: it names a commit, and confirms that one and no other.</summary>
internal static class RemovalConfirmation
{
    /// <summary>What is asked of the name.</summary>
    public const string Rule = "a confirmation names a commit by its id, in full or by at least 7 digits of it";

    private const int Shortest = 7;
    private const int Longest = 64;

    public static bool IsCommitId(string text) => text.Length is >= Shortest and <= Longest && text.All(char.IsAsciiHexDigit);

    /// <summary>Null when it confirms what is held; else why not.</summary>
    /// <param name="confirmed">The commit that somebody looked at.</param>
    /// <param name="held">What waits now.</param>
    /// <param name="commit">The commit that is applied.</param>
    public static string? Refusal(string confirmed, HeldRemoval? held, Revision commit)
    {
        if (Means(confirmed, commit) || (held is not null && Means(confirmed, held.Revision)))
        {
            return null;
        }

        return held is null
            ? $"no removal of commit {confirmed} waits for a confirmation; in force is commit {commit.Short} \"{commit.Subject}\", of which nothing is held"
            : $"commit {confirmed} is not the one that waits, so nothing is removed: {held}";
    }

    private static bool Means(string id, Revision commit) => commit.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase);
}
