using System.Text.RegularExpressions;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>
/// Which kinds an entry of <c>kubernetes_resources</c> may name in a role's version, and what must stand beside each. Source: Teleport,
/// <c>api/types/role.go</c> (<c>validateKubeResources</c>).
/// </summary>
internal static partial class RoleResourceKind
{
    private static readonly string Supported = string.Join(' ', LegacyKinds.All.Select(k => k.Name));

    /// <summary>The groups that have a kind of this plural name in every cluster; more than one for a few.</summary>
    private static readonly ILookup<string, string> GroupsOf = BuiltInKinds.All.OrderBy(k => k.ApiGroup, StringComparer.Ordinal).ToLookup(k => k.Plural, k => k.ApiGroup);

    /// <param name="group">Empty when absent.</param>
    public static void Check(FieldReader entry, int version, string kind, string group, bool hasNamespace)
    {
        var needsNamespace = version < 8 ? CheckLegacy(entry, version, kind, group) : CheckPlural(entry, kind, group);
        if (needsNamespace && !hasNamespace)
        {
            entry.Refuse("namespace", $"KubernetesResource kind \"{kind}\" must include Namespace: write one, a pattern, or '*' for every namespace");
        }
    }

    /// <returns>Whether a namespace must be there. <c>*</c> needs one before v8: kinds of the whole cluster ignore it there, so an absent one would say nothing.</returns>
    private static bool CheckLegacy(FieldReader entry, int version, string kind, string group)
    {
        if (group.Length > 0)
        {
            entry.Refuse("api_group", $"API Group \"{group}\" is not supported in role version \"v{version}\". Upgrade the role version to \"v8\", or leave api_group out");
        }

        if (version <= 6)
        {
            if (kind != LegacyKinds.Pod)
            {
                entry.Refuse("kind", $"KubernetesResource kind \"{kind}\" is not supported in role version \"v{version}\". Upgrade the role version to \"v8\": up to v6 there is only pod");
            }

            return kind == LegacyKinds.Pod;
        }

        if (kind != KubernetesResource.Wildcard && LegacyKinds.Find(kind) is null)
        {
            entry.Refuse("kind", $"KubernetesResource kind \"{kind}\" is invalid or unsupported; Supported: [{Supported}]: {RemedyFor(kind)}");
            return false;
        }

        return LegacyKinds.Find(kind) is not { IsNamespaced: false };
    }

    private static string RemedyFor(string kind)
    {
        var near = LegacyKinds.All.FirstOrDefault(k => k.Plural == kind)?.Name ?? Suggestion.For(kind, LegacyKinds.All.Select(k => k.Name));
        return near is null ? "other kinds need role version v8; '*' means every kind" : $"did you mean \"{near}\"?";
    }

    private static bool CheckPlural(FieldReader entry, string kind, string group)
    {
        if (ReadGroup(entry, group) is not { } pattern)
        {
            return false;
        }

        if (LegacyKinds.Find(kind) is { } legacy && (group.Length == 0 || pattern.IsMatch(legacy.ApiGroup)))
        {
            var beside = legacy.ApiGroup.Length > 0 ? $" with api_group: {legacy.ApiGroup}" : "";
            entry.Refuse("kind", $"KubernetesResource kind \"{kind}\" is invalid. Please use plural name for role version \"v8\": write {legacy.Plural}{beside}");
            return false;
        }

        if (kind != KubernetesResource.Wildcard && !ApiName().IsMatch(kind))
        {
            entry.Refuse(
                "kind",
                $"KubernetesResource kind \"{kind}\" is invalid: a kind is the plural name that the API has in its paths, such as deployments, or '*' for every kind; "
                + "it is no pattern, no template and no subresource");
            return false;
        }

        if (group.Length == 0 && BuiltInKinds.ScopeOf("", kind) == KindScope.Unknown)
        {
            var known = GroupsOf[kind].ToList();
            var remedy = known.Count > 0 ? $"write {string.Join(" or ", known)}" : "write the group of the kind, or '*' for every group";
            entry.Refuse("api_group", $"KubernetesResource api_group is required for resource \"{kind}\" in role version \"v8\": {remedy}");
            return false;
        }

        return pattern.Literal is { } literal && BuiltInKinds.ScopeOf(literal, kind) == KindScope.Namespaced;
    }

    /// <returns>Null when it is wrong, which is then noted.</returns>
    private static LabelPattern? ReadGroup(FieldReader entry, string group)
    {
        if (group.Contains("{{", StringComparison.Ordinal))
        {
            entry.Refuse("api_group", "an API group is no template: write the group, or a pattern");
            return null;
        }

        var pattern = TemplateCheck.Literal(group, entry.PlaceOf("api_group"), entry.PathOf("api_group"), entry.Problems);
        if (pattern?.Literal is { Length: > 0 } literal && !ApiName().IsMatch(literal))
        {
            entry.Refuse("api_group", $"there can be no API group \"{literal}\": a group has lower-case letters, digits, \".\" and \"-\" only, and no version");
            return null;
        }

        return pattern;
    }

    /// <summary>What kinds and groups look like. One of any other form can be in no request, so that its entry would silently grant or deny nothing.</summary>
    [GeneratedRegex(@"\A[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ApiName();
}
