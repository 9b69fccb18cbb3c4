namespace Tidegate.State;

/// <summary>What stays in force although no document of the commit says so.</summary>
/// <param name="Held">Waits for a confirmation; null for nothing.</param>
/// <param name="Resources">All of it, what is held included.</param>
internal sealed record Staying(HeldRemoval? Held, IReadOnlyCollection<ResourceId> Resources)
{
    /// <summary>Those of them of which only what restricts access stays, see <see cref="Restrictions"/>.</summary>
    public IReadOnlyCollection<ResourceId> RestrictsOnly { get; init; } = [];

    public static readonly Staying Nothing = new(null, []);

    /// <summary>
    /// What stays when a state is built again from its documents alone, without knowing which files could not be read then. What is held is judged anew; of a role
    /// that is held the part that restricts may have stayed for such a file too.
    /// </summary>
    public static Staying Of(DesiredState state)
    {
        var restricting = Restricting(state, r => Restrictions.IsAll(r) || (IsHeld(new(ResourceKind.Role, r.Name)) && Restrictions.Of(r) is not null)).ToHashSet();
        return new(null, [.. state.Kept.Where(k => !IsHeld(k) || restricting.Contains(k))]) { RestrictsOnly = restricting };

        bool IsHeld(ResourceId id) => state.Held?.Holds(id.Kind, id.Name) == true;
    }

    /// <summary>Roles that stay although no good document of the commit has them, those that are held included.</summary>
    public static IEnumerable<ResourceId> Restricting(DesiredState state, Func<Role, bool> isMeant) =>
        state.WithExpired(state.Roles).Values.Where(isMeant).Select(r => new ResourceId(ResourceKind.Role, r.Name)).Where(state.Kept.Contains);

    /// <summary>The same, and what is held, as a whole.</summary>
    public Staying And(HeldRemoval held) => new(held, [.. Resources.Union(held.Resources)]) { RestrictsOnly = [.. RestrictsOnly.Except(held.Resources)] };
}
