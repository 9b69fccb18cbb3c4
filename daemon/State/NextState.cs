using Tidegate.Values;

namespace Tidegate.State;

/// <summary>What is in force, and what of it may stand in for what is broken in the next commit.</summary>
/// <param name="Basis">The same value, or nothing when the next commit is of another source.</param>
internal sealed record Precedent(DesiredState InForce, DesiredState Basis)
{
    public bool IsOfOtherSource => !ReferenceEquals(InForce, Basis);
}

/// <summary>What a commit comes to. Passes and plans have it from here, so that a plan holds what a pass would hold.</summary>
/// <param name="Wanted">All that the commit asks for.</param>
/// <param name="Guarded">The same with the removals that wait for a confirmation, see <see cref="PruneGuard"/>, still in force.</param>
internal sealed record NextState(DesiredState Wanted, DesiredState Guarded)
{
    /// <summary>
    /// Why the commit is not applied at all until it is confirmed: it is of another source, of which any number may go, and an empty one is more likely a
    /// mistake than a wish. Nothing of the source before could stay beside it.
    /// </summary>
    public HeldRemoval? Refused { get; init; }

    /// <param name="staying">What stays on account of files that are not among <paramref name="files"/>; null when all are.</param>
    public static NextState Of(
        Revision revision, IReadOnlyList<FileResources> files, Precedent before, BuildOptions options, PruneRules rules, DateTimeOffset now, Staying? staying = null)
    {
        var stays = staying ?? Staying.Nothing;
        var wanted = DesiredStateBuilder.Build(revision, files, before.Basis, options, now, stays);
        if (before.IsOfOtherSource)
        {
            var all = rules with { MaxRemovedPercent = 100 };
            return new(wanted, wanted) { Refused = PruneGuard.Judge(before.InForce, wanted, all, isNews: true, options.Selects, now) };
        }

        var isNews = before.InForce.Revision is { } known && known.Id != revision.Id;
        var held = PruneGuard.Judge(before.InForce, wanted, rules, isNews, options.Selects, now);
        return new(wanted, held is null ? wanted : DesiredStateBuilder.Build(revision, files, before.Basis, options, now, stays.And(held)));
    }
}
