namespace Tidegate.State;

/// <summary>What stays in force although no document of the commit says so.</summary>
/// <param name="Held">Waits for a confirmation; null for nothing.</param>
/// <param name="Resources">All of it, what is held included.</param>
internal sealed record Staying(HeldRemoval? Held, IReadOnlyCollection<ResourceId> Resources)
{
    /// <summary>Those of them of which only what restricts access stays, see <see cref="Restrictions"/>.</summary>
    public IReadOnlyCollection<ResourceId> RestrictsOnly { get; init; } = [];

    public static readonly Staying Nothing = new(null, []);

    public static Staying Of(HeldRemoval held) => new(held, held.Resources);
}
