using Tidegate.Git;
using Tidegate.Manifests;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>A pass that is only asked about: the same steps, and nothing is stored or applied.</summary>
/// <param name="before">What is in force.</param>
internal sealed class PreviewPass(AppliedState before, SyncOptions current, PreviewMirror previews, DateTimeOffset now)
{
    /// <param name="unread">What is in the folder and not read.</param>
    public PlanPreview OfFiles(IReadOnlyList<(string Path, byte[] Content)> files, IReadOnlyList<Problem> unread)
    {
        var parsed = files.AsParallel().AsOrdered().Select(f => ManifestReader.Read(f.Path, f.Content, "")).ToList();
        parsed.AddRange(unread.GroupBy(p => p.File, StringComparer.Ordinal).Select(f => FileResources.Unread(f.Key, f)));
        return Preview(null, parsed, before.State, before.BasisFor(current.Source).State);
    }

    public async Task<PlanPreview> OfRevisionAsync(RevisionRange range, CancellationToken cancellationToken)
    {
        var names = new[] { range.From, range.To }.OfType<string>().ToList();
        var (found, error) = await previews.FetchAsync(current.Repository, names, cancellationToken);
        if (found is null)
        {
            return PlanPreview.Failed(error!);
        }

        var basis = before.BasisFor(current.Source);
        if (range.From is null)
        {
            return PreviewCommit(found[0], before.State, basis);
        }

        // The first revision stands on nothing but itself, and the second on it.
        var from = PreviewCommit(found[0], DesiredState.Empty, AppliedState.None);
        return from.Error is null ? PreviewCommit(found[1], from.After, AppliedState.None with { State = from.After }) with { From = found[0] } : from;
    }

    private PlanPreview PreviewCommit(Revision revision, DesiredState compared, AppliedState basis)
    {
        using var tree = CommitTree.Open(previews.Path, revision.Id);
        var files = ManifestLoader.Load(tree, current.Repository.Path, basis.Files with { Listing = null });
        return files.Listing!.PathExists ? Preview(revision, files.Resources, compared, basis.State) : PlanPreview.Failed(current.NoFolder(revision));
    }

    private PlanPreview Preview(Revision? revision, IReadOnlyList<FileResources> files, DesiredState compared, DesiredState basis)
    {
        var next = NextState.Of(revision ?? Revision.None, files, new(compared, basis), current.Build, current.Prune, now);
        return new(revision, Differ.Diff(compared, next.Wanted), compared, next.Wanted, null) { Held = next.Refused ?? next.Guarded.Held };
    }
}
