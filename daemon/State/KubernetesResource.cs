using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// One entry of <c>kubernetes_resources</c>, as written, in the terms of its role's version (before v8 kinds are singular and there is no group), with what
/// the version fills in. <see cref="Namespace"/>, <see cref="Name"/> and <see cref="Verbs"/> may hold templates; patterns are globs or <c>^…$</c>.
/// </summary>
/// <param name="Kind"><c>pod</c> before v8, <c>pods</c> from then on, or <c>*</c>.</param>
/// <param name="ApiGroup">A pattern; empty is the core group. Empty before v8.</param>
/// <param name="Namespace">A pattern; empty for kinds of the whole cluster.</param>
/// <param name="Name">A pattern.</param>
/// <param name="Verbs"><c>*</c> alone, or any of <see cref="AllVerbs"/>; empty allows nothing.</param>
/// <param name="Origin">The entry's own line.</param>
internal sealed record KubernetesResource(string Kind, string ApiGroup, string Namespace, string Name, EquatableList<string> Verbs, Origin Origin)
{
    public const string Wildcard = "*";

    /// <summary>Source: Teleport, <c>api/types/constants.go</c> (<c>KubernetesVerbs</c>).</summary>
    public static readonly IReadOnlyList<string> AllVerbs =
        ["get", "create", "update", "patch", "delete", "list", "watch", "deletecollection", "exec", "portforward"];

    /// <summary>
    /// What an allow side with labels and without the list means. Source: Teleport, <c>api/types/role.go CheckAndSetDefaults</c>; v6 is the version in which
    /// it means no pods at all.
    /// </summary>
    public static EquatableList<KubernetesResource> DefaultsOf(int version, Origin origin) => version switch
    {
        <= 5 => [new("pod", "", Wildcard, Wildcard, [Wildcard], origin)],
        6 => [],
        7 => [new(Wildcard, "", Wildcard, Wildcard, [Wildcard], origin)],
        _ => [new(Wildcard, Wildcard, Wildcard, Wildcard, [Wildcard], origin)],
    };
}
