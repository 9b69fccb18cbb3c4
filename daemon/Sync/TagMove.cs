using Tidegate.Git;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>
/// A tag is followed because it does not move: one that names another commit than before is held until somebody accepts that commit, and what was in force
/// stays. This holds the whole commit, also what takes access away: whoever could move the tag decides what is in it.
/// </summary>
internal static class TagMove
{
    /// <summary>What is asked of the name of a commit that is accepted.</summary>
    public const string Rule = "the commit is named by its id, in full or by at least 7 digits of it";

    private const int FewestDigits = 7;

    public static bool IsCommitName(string text) => text.Length is >= FewestDigits and <= 40 && text.All(char.IsAsciiHexDigit);

    /// <summary>Whether the configured tag names another commit than the one in force.</summary>
    public static bool Is(RepositorySource source, AppliedState before, Revision now) =>
        source.IsTag && source == before.Source && before.State.Revision is { } was && was.Id != now.Id;

    /// <summary>Null when it may be followed; else why it is held, and how it is accepted.</summary>
    /// <param name="accepted">The commit that somebody accepts; null for none.</param>
    public static string? Refusal(RepositorySource source, AppliedState before, Revision now, string? accepted)
    {
        if (!Is(source, before, now) || (accepted is not null && now.Id.StartsWith(accepted, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var wrong = accepted is null ? "" : $"commit {accepted} is not the one that it names now; ";
        return $"{PassNote.OfTag(source, before.State.Revision!, now).Text} and is not followed: {wrong}"
            + $"'tidegate sync --accept-tag-move {now.Short}' follows it, gitops_service.repository.allow_tag_move follows every move";
    }
}
