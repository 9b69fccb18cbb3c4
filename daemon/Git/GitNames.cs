using System.Text.RegularExpressions;

namespace Tidegate.Git;

/// <summary>What names in a repository may look like; the configuration, the fetch and the command line ask here.</summary>
internal static partial class GitNames
{
    /// <summary>The form of a commit's id, for whoever has to write one.</summary>
    public const string CommitIdForm = "a full commit id of 40 hexadecimal digits (repositories with SHA-256 ids are not supported)";

    /// <summary>Whether a text is a commit's full id. Only SHA-1 ids: the library reads no repository with others.</summary>
    public static bool IsCommitId(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigit);

    /// <summary>
    /// Whether a text can be the short name of a branch or a tag: what git-check-ref-format(1) allows, less full names (<c>refs/…</c>), which would be taken
    /// twice, and names that a program could take for an option.
    /// </summary>
    public static bool IsReference(string text) => !BadReference().IsMatch(text);

    /// <summary>A folder inside a repository in one spelling: no slash at either end, no empty or <c>.</c> part; empty for the root.</summary>
    /// <returns>Null when it is no folder inside a repository.</returns>
    public static string? Folder(string text)
    {
        var parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToArray();
        return text.StartsWith('/') || parts.Contains("..") || text.Contains('\\', StringComparison.Ordinal) || text.Any(char.IsControl) ? null : string.Join('/', parts);
    }

    [GeneratedRegex(@"\A\z|\A-|\Arefs/|\A@\z|\A/|/\z|//|\.\.|@\{|\.\z|\.lock(?:/|\z)|(?:\A|/)\.|[\x00-\x20\x7f~^:?*\[\\]")]
    private static partial Regex BadReference();
}
