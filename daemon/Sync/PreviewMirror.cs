using Tidegate.Git;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>Fetches revisions that are not applied, one at a time, into a mirror of their own.</summary>
internal sealed class PreviewMirror(GitFetcher fetcher) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);

    public string Path => fetcher.MirrorPath;

    /// <param name="names">Each as <see cref="RevisionNames"/> reads it; none for what <paramref name="repository"/> follows.</param>
    /// <returns>The revisions in the same order, or why there are none.</returns>
    public async Task<(IReadOnlyList<Revision>? Revisions, string? Error)> FetchAsync(
        GitRepositoryOptions repository, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var result = names.Count == 0
                ? await fetcher.FetchAsync(repository, cancellationToken)
                : await fetcher.FindAsync(repository, names, cancellationToken);
            return result switch
            {
                FetchResult.Updated updated => ([updated.Revision], null),
                FetchResult.Unchanged unchanged => ([unchanged.Revision], null),
                FetchResult.Named named => (named.Revisions, null),
                FetchResult.Failed failed => (null, failed.Message),
                _ => (null, "the fetch gave no result"),
            };
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();
}
