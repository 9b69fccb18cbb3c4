using Tidegate.Resources;
using Tidegate.State;
using Tidegate.Values;
using Lock = Tidegate.State.Lock;

namespace Tidegate.Access;

/// <summary>What the repository says of one person at one moment: roles with that person's traits filled in, and locks.</summary>
/// <param name="Roles">In ordinal order of their names, so that explanations do not depend on the order of files.</param>
/// <param name="Lock">A lock on the person or on one of the roles; null when there is none.</param>
/// <param name="ClusterLocks">Locks on clusters that concern this person, in ordinal order of their names.</param>
/// <param name="NoRolesReason">Why there are no roles, for the person; null when there are some.</param>
/// <param name="ValidUntil">When something in here expires, exclusive.</param>
internal sealed record PersonRules(
    IReadOnlyList<PersonRole> Roles, Lock? Lock, IReadOnlyList<Lock> ClusterLocks, string? NoRolesReason, DateTimeOffset ValidUntil)
{
    /// <summary>When the last thing expired that is not in here any more, inclusive: before that, by a clock that is set back, it still is.</summary>
    public DateTimeOffset ValidFrom { get; init; } = DateTimeOffset.MinValue;

    public bool IsValidAt(DateTimeOffset now) => ValidFrom <= now && now < ValidUntil;

    /// <summary>What all the roles together say of what is open.</summary>
    public SessionLimits Limits { get; init; } = SessionLimits.None;
}

/// <summary>A role with one person's traits filled in.</summary>
internal sealed record PersonRole(Role Role, PersonConditions Allow, PersonConditions Deny);

/// <summary>One side of a role, filled in.</summary>
/// <param name="Selector">Null when the side names no labels, or names some that do not compile (see <paramref name="Error"/>).</param>
/// <param name="Error">Why the labels cannot be matched for this person. An allow side then allows nothing, a deny side denies everything.</param>
internal sealed record PersonConditions(
    Labels.LabelSelector? Selector, IReadOnlyList<string> Groups, IReadOnlyList<string> Users, Origin Origin, string? Error)
{
    /// <summary>Which objects the side is about, in the terms of role v8.</summary>
    public IReadOnlyList<ResourceRule> Resources { get; init; } = [];

    public bool HasLabels => Selector is not null || Error is not null;
}
