namespace Tidegate.Git;

/// <summary>
/// Whose commits a state is made of. Two states of one source follow each other, and what the earlier one had may stand in for what is broken in the later
/// one; across sources nothing may.
/// </summary>
/// <param name="Address">In one spelling (<see cref="GitUrl.Canonical"/>), without credentials.</param>
/// <param name="Selection"><c>branch NAME</c>, <c>tag NAME</c>, <c>commit ID</c>, or <c>HEAD</c> for the branch that the repository names itself.</param>
/// <param name="Folder">The manifests' folder, without slashes at its ends; empty for the root.</param>
internal sealed record RepositorySource(string Address, string Selection, string Folder)
{
    private const string TagPrefix = "tag ";

    private const char Separator = '\n';

    /// <summary>What the configuration names.</summary>
    public static RepositorySource Of(GitRepositoryOptions options) => new(
        GitUrl.TryParse(options.Url, out var url, out _) ? url.Canonical : options.Url,
        options switch
        {
            { Branch: { } branch } => $"branch {branch}",
            { Tag: { } tag } => TagPrefix + tag,
            { Commit: { } commit } => $"commit {commit.ToLowerInvariant()}",
            _ => "HEAD",
        },
        GitNames.Folder(options.Path) ?? options.Path);

    /// <summary>Whether it is one commit until somebody moves its name.</summary>
    public bool IsTag => Selection.StartsWith(TagPrefix, StringComparison.Ordinal);

    /// <summary>The form in which a source is stored; none of its parts can hold a line end.</summary>
    public string Stored => string.Join(Separator, Address, Selection, Folder);

    /// <returns>Null for a text that <see cref="Stored"/> does not give.</returns>
    public static RepositorySource? FromStored(string? stored) => stored?.Split(Separator) is [var address, var selection, var folder] ? new(address, selection, folder) : null;

    /// <summary>
    /// What a stored state without a source is of: a program that did not note it took whatever it had for this one's. The mirror, which is of one address,
    /// says when it is not so.
    /// </summary>
    public RepositorySource OfEarlierVersion(string mirrorPath) =>
        Mirror.AddressOf(mirrorPath) is { } address && address != Address ? new(address, "as an earlier version followed it", "") : this;

    /// <summary>As people read it: <c>https://git.example.com/clusters.git, branch main, folder prod</c>.</summary>
    public override string ToString() => Folder.Length == 0 ? $"{Address}, {Selection}" : $"{Address}, {Selection}, folder {Folder}";
}
