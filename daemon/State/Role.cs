using Tidegate.Values;

namespace Tidegate.State;

/// <summary>A validated role: its Kubernetes part. Texts may still hold templates such as <c>{{external.team}}</c>, which are filled in per user.</summary>
/// <param name="Version">3 to 8.</param>
internal sealed record Role(string Name, int Version, RoleConditions Allow, RoleConditions Deny, Origin Origin) : IResource
{
    public DateTimeOffset? Expires { get; init; }

    public RoleOptions Options { get; init; } = RoleOptions.None;

    public override string ToString() => $"role/{Name}";
}

/// <summary>One side of a role.</summary>
/// <param name="KubernetesLabels">Label selector as written, templates not yet filled in; empty when the side has none.</param>
/// <param name="KubernetesGroups">Literal groups or templates; no globbing.</param>
/// <param name="KubernetesUsers">Literal users or templates; no globbing.</param>
/// <param name="Origin">The line of <c>allow:</c> or <c>deny:</c>.</param>
internal sealed record RoleConditions(
    EquatableMap<EquatableList<string>> KubernetesLabels,
    EquatableList<string> KubernetesGroups,
    EquatableList<string> KubernetesUsers,
    Origin Origin)
{
    /// <summary>
    /// Which objects the side concerns. On an allow side the version's defaults are filled in, so that none means none; a deny side without any denies no
    /// single object.
    /// </summary>
    public EquatableList<KubernetesResource> KubernetesResources { get; init; } = [];
}
