using Tidegate.Git;
using Tidegate.State;

namespace Tidegate.Sync;

/// <summary>What a pass works with; replaced whole when the configuration is read again.</summary>
/// <param name="Prune">See <see cref="PruneGuard"/>.</param>
internal sealed record SyncOptions(GitRepositoryOptions Repository, BuildOptions Build, PruneRules Prune)
{
    /// <summary>Whose commits passes apply.</summary>
    public RepositorySource Source => RepositorySource.Of(Repository);
}
