using Tidegate.Git;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>Fetches revisions that are not applied, one at a time, into a mirror of their own.</summary>
internal sealed class PreviewMirror(GitFetcher fetcher) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);

    public string Path => fetcher.MirrorPath;

    /// <param name="name">A commit's full id, a branch or a tag; null for what <paramref name="repository"/> follows.</param>
    /// <returns>The revision, or why there is none.</returns>
    public async Task<(Revision? Revision, string? Error)> FetchAsync(GitRepositoryOptions repository, string? name, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var error = (string?)null;
            foreach (var candidate in Candidates(repository, name))
            {
                switch (await fetcher.FetchAsync(candidate, cancellationToken))
                {
                    case FetchResult.Updated updated:
                        return (updated.Revision, null);
                    case FetchResult.Unchanged unchanged:
                        return (unchanged.Revision, null);
                    case FetchResult.Failed { Failure: FetchFailure.NotFound } absent:
                        error ??= name is null ? absent.Message : $"the repository has no commit, branch or tag '{name}'";
                        break;
                    case FetchResult.Failed failed:
                        return (null, failed.Message);
                }
            }

            return (null, error);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private static IEnumerable<GitRepositoryOptions> Candidates(GitRepositoryOptions repository, string? name)
    {
        if (name is null)
        {
            return [repository];
        }

        var plain = repository with { Branch = null, Tag = null, Commit = null };
        return name.Length == 40 && name.All(char.IsAsciiHexDigit)
            ? [plain with { Commit = name }]
            : [plain with { Branch = name }, plain with { Tag = name }];
    }
}
