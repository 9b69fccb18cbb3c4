using Tidegate.Git;

namespace Tidegate.Sync;

/// <summary>The mirrors under the data directory.</summary>
/// <param name="Main">Of the revision that is applied.</param>
/// <param name="Preview">Of revisions that somebody only asks about; it never disturbs the other.</param>
internal sealed record GitMirrors(GitFetcher Main, GitFetcher Preview);
