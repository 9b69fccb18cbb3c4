using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>Warns of kinds and API groups that no cluster can have, and of namespaces for kinds that are in none; for roles from v8 on, whose kinds are open.</summary>
internal static class RoleKindAdvice
{
    /// <summary>Groups whose kinds have been the same for years; in others a kind of an older or newer Kubernetes may be meant.</summary>
    private static readonly string[] Settled = ["", "apps", "autoscaling", "batch", "networking.k8s.io", "rbac.authorization.k8s.io"];

    private static readonly IReadOnlyList<string> Groups = [.. BuiltInKinds.All.Select(k => k.ApiGroup).Where(g => g.Length > 0).Distinct().Order(StringComparer.Ordinal)];

    // Served until Kubernetes 1.21.
    private const string OldGroup = "extensions";

    public static void Give(WrittenEntry entry, bool isDeny)
    {
        var (resource, fields) = entry;
        var about = isDeny ? "denies nothing" : "grants nothing";
        if (LabelPattern.Compile(resource.ApiGroup, out _)?.Literal is not { } group)
        {
            return;
        }

        if (WrongGroup(group) is { } remedy)
        {
            fields.Problems.Warn(fields.PlaceOf("api_group"), fields.PathOf("api_group"), $"there is no API group \"{group}\" in Kubernetes, and this entry {about} there: {remedy}");
        }
        else if (resource.Kind != KubernetesResource.Wildcard && Settled.Contains(group) && BuiltInKinds.ScopeOf(group, resource.Kind) == KindScope.Unknown)
        {
            fields.Problems.Warn(
                fields.PlaceOf("kind"), fields.PathOf("kind"),
                $"Kubernetes has no kind \"{resource.Kind}\" in the API group \"{group}\", and this entry {about}: {RemedyFor(resource.Kind, group)}");
        }
        else if (BuiltInKinds.ScopeOf(group, resource.Kind) == KindScope.Cluster && resource.Namespace is not ("" or KubernetesResource.Wildcard) && resource.Kind != "namespaces")
        {
            fields.Problems.Warn(
                fields.PlaceOf("namespace"), fields.PathOf("namespace"), $"{resource.Kind} are in no namespace, and this entry {about}: leave namespace out");
        }
    }

    /// <returns>Null when a cluster may have the group.</returns>
    private static string? WrongGroup(string group)
    {
        if (group.Length == 0 || Groups.Contains(group) || group == OldGroup)
        {
            return null;
        }

        // The group of somebody else's kinds is a domain; those without a dot are Kubernetes' own.
        var isForeign = group.Contains('.', StringComparison.Ordinal);
        return Suggestion.For(group, Groups, isForeign ? 2 : null) is { } near ? $"did you mean \"{near}\"?"
            : isForeign ? null
            : "write the group that the API has in its paths, such as apps";
    }

    private static string RemedyFor(string kind, string group)
    {
        var groups = BuiltInKinds.All.Where(k => k.Plural == kind).Select(k => k.ApiGroup).Order(StringComparer.Ordinal).ToList();
        if (groups.Count > 0)
        {
            return $"it is in {string.Join(" and in ", groups.Select(g => g.Length == 0 ? "the core group (leave api_group out)" : g))}";
        }

        return Suggestion.For(kind, BuiltInKinds.All.Where(k => k.ApiGroup == group).Select(k => k.Plural)) is { } near
            ? $"did you mean \"{near}\"?"
            : "write the plural name that the API has in its paths";
    }
}
