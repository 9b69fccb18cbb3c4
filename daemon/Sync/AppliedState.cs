using Tidegate.Git;
using Tidegate.State;
using Tidegate.Store;

namespace Tidegate.Sync;

/// <summary>What is in force, with the files that it was built from: the one thing that passes change.</summary>
internal sealed record AppliedState(DesiredState State, LoadedFiles Files)
{
    private const string UntilRead = "is refused until the repository can be read";

    /// <summary>Where the revision comes from; null while there is none.</summary>
    public RepositorySource? Source { get; init; }

    public static readonly AppliedState None = new(DesiredState.Empty, LoadedFiles.None);

    /// <summary>What may stand in for what is broken in a state of <paramref name="source"/>: nothing of another one.</summary>
    public AppliedState BasisFor(RepositorySource source) => source == Source ? this : None;

    /// <summary>Builds the state again that the store holds, without git.</summary>
    /// <param name="source">Where it comes from.</param>
    public static AppliedState Restore(Applied applied, RepositorySource source, BuildOptions options, DateTimeOffset now)
    {
        var revision = applied.Revision;
        var parsed = applied.Files.AsParallel().AsOrdered()
            .Select(f => (File: f, Loaded: ManifestLoader.Parse(f.Path, f.BlobId, f.Content, f.RevisionId ?? revision.Id)))
            .ToList();
        var retained = parsed.Where(f => f.File.IsRetained).Select(f => f.Loaded).ToList();
        var files = new LoadedFiles(null, parsed.Where(f => f.File.IsCurrent).ToDictionary(f => f.File.Path, f => f.Loaded, StringComparer.Ordinal), [], retained);
        var lastGood = LastGood(retained, options, now);
        var state = DesiredStateBuilder.Build(revision, files.Resources, lastGood, options, now, AppliedDetails.Read(applied.Details));
        return new(state, files) { Source = source };
    }

    /// <summary>Another state with what this one refuses until git has answered, and the word about it.</summary>
    public DesiredState WithUnstored(DesiredState other) =>
        other with { Unstored = State.Unstored, Problems = [.. State.Problems.Where(p => p.Message.EndsWith(UntilRead, StringComparison.Ordinal)), .. other.Problems] };

    /// <summary>The same with what was taken away after it was stored.</summary>
    public AppliedState Narrowed(NarrowingRecord record, string file)
    {
        var what = record.Value.RefusesAll ? "everything" : $"what {record.Locks.Count} people, roles, clusters or locks stand for";
        var problem = new Values.Problem(
            file, 0, 0, "",
            $"the gate was started again with a state that is older than the last one, which could not be stored: {what} {UntilRead}");
        return this with { State = State with { Unstored = record.Value.Over(State), Problems = [problem, .. State.Problems] } };
    }

    /// <summary>The versions of one file follow each other; those of different files stand side by side.</summary>
    private static DesiredState LastGood(List<LoadedFile> retained, BuildOptions options, DateTimeOffset now)
    {
        var all = DesiredState.Empty;
        foreach (var versions in retained.GroupBy(f => f.Path, StringComparer.Ordinal))
        {
            var one = versions.Aggregate(
                DesiredState.Empty, (before, file) => DesiredStateBuilder.Build(null, [file.Resources], before, options, now));
            all = new()
            {
                Clusters = Both(all.Clusters, one.Clusters),
                Unselected = Both(all.Unselected, one.Unselected),
                Roles = Both(all.Roles, one.Roles),
                Users = Both(all.Users, one.Users),
                Connectors = Both(all.Connectors, one.Connectors),
                Locks = Both(all.Locks, one.Locks),
                Expired = [.. all.Expired, .. one.Expired],
            };
        }

        return all;
    }

    private static Dictionary<string, T> Both<T>(IReadOnlyDictionary<string, T> first, IReadOnlyDictionary<string, T> second)
    {
        var both = new Dictionary<string, T>(first, StringComparer.Ordinal);
        foreach (var (name, value) in second)
        {
            both[name] = value;
        }

        return both;
    }
}
