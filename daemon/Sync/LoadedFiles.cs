using Tidegate.Git;
using Tidegate.State;

namespace Tidegate.Sync;

/// <summary>All manifest files of one commit, parsed, and the older versions whose resources are still in force.</summary>
/// <param name="Listing">For the cheap listing of the next commit; null when the files come from the store.</param>
/// <param name="Files">By path.</param>
/// <param name="Unread">Files that are there but were not read.</param>
/// <param name="Retained">Versions that hold a last good resource, oldest first; the current version may be among them.</param>
internal sealed record LoadedFiles(
    TreeListing? Listing, IReadOnlyDictionary<string, LoadedFile> Files, IReadOnlyList<FileResources> Unread, IReadOnlyList<LoadedFile> Retained)
{
    public static readonly LoadedFiles None = new(null, new Dictionary<string, LoadedFile>(), [], []);

    /// <summary>The contents that were read for this commit, until they are stored; the state does not keep them.</summary>
    public IReadOnlyDictionary<LoadedFile, byte[]> Fresh { get; init; } = new Dictionary<LoadedFile, byte[]>();

    /// <summary>What the state is built from.</summary>
    public IReadOnlyList<FileResources> Resources => [.. Files.Values.Select(f => f.Resources), .. Unread];

    /// <summary>The same files, with those versions retained that hold what is in force although the commit does not say so.</summary>
    /// <param name="state">What was built from these files.</param>
    /// <param name="before">The files of the state before, where last good versions come from.</param>
    public LoadedFiles Retaining(DesiredState state, LoadedFiles before)
    {
        if (state.Kept.Count == 0)
        {
            return this with { Retained = [] };
        }

        var candidates = before.Retained.Concat(before.Files.Values).ToLookup(f => f.Path, StringComparer.Ordinal);
        var kept = new HashSet<LoadedFile>(ReferenceEqualityComparer.Instance);
        foreach (var (kind, resource) in AllOf(state))
        {
            if (state.Kept.Contains(new(kind, resource.Name)))
            {
                kept.UnionWith(candidates[resource.Origin.File].Where(f => Holds(f, kind, resource)).Take(1));
            }
        }

        return this with { Retained = [.. before.Retained.Where(kept.Contains), .. kept.Except(before.Retained)] };
    }

    private static bool Holds(LoadedFile file, string kind, IResource resource) =>
        file.Resources.Resources.Any(d => d.Kind == kind && d.Name == resource.Name && (d.Value is HostCluster || IsOf(d.Value, resource)));

    /// <summary>Origins compare equal always, so their parts are compared.</summary>
    private static bool IsOf(IResource? written, IResource resource) =>
        written is not null && written.Origin.Line == resource.Origin.Line && written.Origin.Revision == resource.Origin.Revision;

    private static IEnumerable<(string Kind, IResource Resource)> AllOf(DesiredState state) =>
        Of(ResourceKind.KubeCluster, state.Clusters.Values)
            .Concat(Of(ResourceKind.KubeCluster, state.Unselected.Values))
            .Concat(Of(ResourceKind.Role, state.Roles.Values))
            .Concat(Of(ResourceKind.User, state.Users.Values))
            .Concat(Of(ResourceKind.Mtls, state.Connectors.Values))
            .Concat(Of(ResourceKind.Lock, state.Locks.Values))
            .Concat(state.Expired.Select(r => (ResourceKind.Of(r), r)));

    private static IEnumerable<(string Kind, IResource Resource)> Of(string kind, IEnumerable<IResource> resources) => resources.Select(r => (kind, r));
}
