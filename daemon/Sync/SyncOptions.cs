using Tidegate.Git;
using Tidegate.State;

namespace Tidegate.Sync;

/// <summary>What a pass works with; replaced whole when the configuration is read again.</summary>
/// <param name="MaxRemovedPercent">See <see cref="PruneGuard"/>.</param>
internal sealed record SyncOptions(GitRepositoryOptions Repository, BuildOptions Build, int MaxRemovedPercent)
{
    /// <summary>Whose commits passes apply.</summary>
    public RepositorySource Source => RepositorySource.Of(Repository);
}
