using LibGit2Sharp;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>Turns libgit2's commits into values.</summary>
internal static class Revisions
{
    private const int LongestText = 200;

    /// <summary>Author and subject are written by whoever commits: they are made fit for a line, and long ones are cut.</summary>
    public static Revision Of(Commit commit) =>
        new(commit.Sha, Clean($"{commit.Author.Name} <{commit.Author.Email}>"), commit.Author.When, Clean(commit.MessageShort));

    private static string Clean(string text)
    {
        var trimmed = text.Trim();
        var end = Math.Min(trimmed.Length, LongestText);
        return Printable.Line(trimmed[..(end > 0 && end < trimmed.Length && char.IsHighSurrogate(trimmed[end - 1]) ? end - 1 : end)]);
    }
}
