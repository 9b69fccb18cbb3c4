using Tidegate.Git;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>What a pass works with; replaced whole when the configuration is read again.</summary>
/// <param name="Prune">See <see cref="PruneGuard"/>.</param>
internal sealed record SyncOptions(GitRepositoryOptions Repository, BuildOptions Build, PruneRules Prune)
{
    /// <summary>Whose commits passes apply.</summary>
    public RepositorySource Source => RepositorySource.Of(Repository);

    /// <summary>Why a commit without the folder of manifests is not taken.</summary>
    public string NoFolder(Revision revision) => $"commit {revision.Short} has no folder '{Repository.Path}': check gitops_service.repository.path and the branch";
}
