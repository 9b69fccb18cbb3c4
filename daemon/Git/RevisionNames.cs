using System.Text.RegularExpressions;
using LibGit2Sharp;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>
/// Finds the commit that somebody names as in git: a branch, a tag, a commit's id or its first digits (at least 4), <c>HEAD</c> or <c>@</c> for what the gate
/// follows, each with <c>~N</c>, <c>^N</c> and <c>^{}</c> after it (gitrevisions(7)). Its other forms search or look into files, and name no commit here.
/// </summary>
/// <param name="followed">The commit that a pass would take; null when there is none.</param>
internal sealed partial class RevisionNames(Repository repository, Commit? followed)
{
    private const int FewestDigits = 4;

    /// <exception cref="FetchException">There is no such commit, or more than one.</exception>
    public Commit Find(string expression)
    {
        var parts = Expression().Match(expression);
        if (!parts.Success)
        {
            throw new FetchException(
                FetchFailure.Configuration,
                $"'{Printable.Line(expression)}' does not name a commit: write a branch, a tag, a commit or HEAD, and ~N or ^N after it for what came before");
        }

        var (name, steps) = (parts.Groups["name"].Value, parts.Groups["steps"].Value);
        var start = name is "HEAD" or "@" ? followed : Named(name);
        return start is not null && repository.Lookup($"{start.Sha}{steps}")?.Peel<Commit>() is { } found ? found : throw Unknown(expression);
    }

    private Commit? Named(string name)
    {
        var branch = Of($"refs/heads/{name}") ?? Of(name.StartsWith("heads/", StringComparison.Ordinal) ? $"refs/{name}" : "");
        var tag = Of($"refs/tags/{name}") ?? Of(name.StartsWith("tags/", StringComparison.Ordinal) ? $"refs/{name}" : "");
        if (branch is not null && tag is not null && branch != tag)
        {
            throw new FetchException(FetchFailure.Configuration, $"'{Printable.Line(name)}' is a branch and a tag: write refs/heads/{name} or refs/tags/{name}");
        }

        return branch ?? tag ?? (name.StartsWith("refs/heads/", StringComparison.Ordinal) || name.StartsWith("refs/tags/", StringComparison.Ordinal) ? Of(name) : null) ?? Abbreviated(name);
    }

    private Commit? Of(string reference) =>
        LibGit2Sharp.Reference.IsValidName(reference) && repository.Refs[reference]?.ResolveToDirectReference()?.Target is { } target ? target.Peel<Commit>() : null;

    private Commit? Abbreviated(string name)
    {
        if (name.Length is < FewestDigits or > 40 || !name.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        try
        {
            return repository.Lookup(name.ToLowerInvariant())?.Peel<Commit>();
        }
        catch (AmbiguousSpecificationException)
        {
            throw new FetchException(FetchFailure.Configuration, $"'{name}' is short for more than one object of the repository: write more digits");
        }
        catch (InvalidSpecificationException)
        {
            return null;
        }
    }

    private static FetchException Unknown(string expression) => new(FetchFailure.NotFound, $"the repository has no commit, branch or tag '{Printable.Line(expression)}'");

    [GeneratedRegex(@"\A(?<name>@|[^\s~^:?*\[\\@]+(?:@[^\s~^:?*\[\\{]+)*)(?<steps>(?:[~^][0-9]{0,9}|\^\{(?:commit)?\})*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Expression();
}
