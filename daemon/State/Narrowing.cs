using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// What one state lets people do that a later one does not, as locks that make the earlier one at least as strict: for a start from a stored state that is not the
/// last. More may be refused than the later state refuses, never less.
/// </summary>
/// <param name="Locks">New locks as they are, and one for each person, role and cluster that changed.</param>
/// <param name="RefusesAll">Whether it cannot be said by locks, so that nobody is to get in.</param>
internal sealed record Narrowing(EquatableList<Lock> Locks, bool RefusesAll)
{
    public static readonly Narrowing None = new([], RefusesAll: false);

    /// <summary>That nobody gets in.</summary>
    public static readonly Narrowing All = new([], RefusesAll: true);

    public bool IsEmpty => Locks.Count == 0 && !RefusesAll;

    public static Narrowing Between(DesiredState before, DesiredState after)
    {
        var locks = new List<Lock>(after.Unstored);
        var refusesAll = false;
        foreach (var change in Differ.Diff(before, after).Changes)
        {
            switch (change.ResourceKind)
            {
                case ResourceKind.Lock when change.Kind != ChangeKind.Delete:
                    locks.Add(after.Locks[change.Name]);
                    break;
                case ResourceKind.User:
                    locks.Add(StandIn(new(change.Name, null, null), after));
                    break;
                case ResourceKind.Role:
                    locks.Add(StandIn(new(null, change.Name, null), after));
                    break;
                case ResourceKind.Mtls:
                    var given = before.Connectors.GetValueOrDefault(change.Name)?.Mappings.SelectMany(m => m.Roles) ?? [];
                    locks.AddRange(given.Distinct(StringComparer.Ordinal).Select(r => StandIn(new(null, r, null), after)));

                    // Whom a mapping that comes gives a role that denies, no lock can say.
                    refusesAll |= after.Connectors.GetValueOrDefault(change.Name)?.Mappings.SelectMany(m => m.Roles)
                        .Any(r => after.Roles.TryGetValue(r, out var role) && Restrictions.Of(role) is not null) == true;
                    break;
                case ResourceKind.KubeCluster when change.Kind != ChangeKind.Create:
                    locks.Add(StandIn(new(null, null, change.Name), after));
                    break;
            }
        }

        return new([.. locks.DistinctBy(l => (l.Target, l.Expires, l.Name))], refusesAll);
    }

    /// <summary>The locks to lay over the earlier state.</summary>
    public IReadOnlyList<Lock> Over(DesiredState earlier) => RefusesAll
        ? [.. earlier.Clusters.Keys.Select(c => StandIn(new(null, null, c), earlier))]
        : Locks;

    private static Lock StandIn(LockTarget target, DesiredState state) => new(
        "not-stored",
        target,
        "access was changed by a commit that could not be stored before the gate was started again; it is refused until the repository can be read",
        new("", 0, state.Revision?.Id ?? ""));
}
