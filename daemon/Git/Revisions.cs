using LibGit2Sharp;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>Turns libgit2's commits into values.</summary>
internal static class Revisions
{
    private const int LongestText = 200;

    /// <summary>Author and subject are written by whoever commits: control characters go, long texts are cut.</summary>
    public static Revision Of(Commit commit) =>
        new(commit.Sha, Clean($"{commit.Author.Name} <{commit.Author.Email}>"), commit.Author.When, Clean(commit.MessageShort));

    private static string Clean(string text)
    {
        var clean = string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
        return clean.Length > LongestText ? clean[..LongestText] : clean;
    }
}
