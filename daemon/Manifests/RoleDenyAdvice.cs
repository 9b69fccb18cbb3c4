using Tidegate.Comparison;
using Tidegate.Labels;
using Tidegate.Patterns;
using Tidegate.Resources;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Manifests;

/// <summary>Finds out whether the deny side of a role takes away all that its allow side gives, so that the role is good for nothing but its denies.</summary>
internal static class RoleDenyAdvice
{
    /// <summary>More entries on both sides together are not compared: what that costs grows faster than they do.</summary>
    private const int MostEntries = 60;

    /// <param name="opaque">The role with its templates replaced, see <see cref="RoleAdvice"/>.</param>
    /// <returns>What to tell people; null when something is left, or the role allows nothing anyway.</returns>
    public static string? Reason(Role role, Role opaque, PatternLanguage language)
    {
        var (allow, deny) = (role.Allow, role.Deny);
        if (allow.KubernetesLabels.Count == 0 || (allow.KubernetesResources.Count == 0 && role.Version >= 7))
        {
            return null;
        }

        if (deny.KubernetesLabels.Count > 0)
        {
            return CoversLabels(deny.KubernetesLabels, allow.KubernetesLabels)
                ? Text("kubernetes_labels of deny match every cluster that those of allow match")
                : null;
        }

        if (deny.KubernetesUsers.Contains("*") || (allow.KubernetesUsers.Count > 0 && allow.KubernetesUsers.All(deny.KubernetesUsers.Contains)))
        {
            return Text("deny takes away every user that allow gives");
        }

        if (allow.KubernetesUsers.Count == 0 && allow.KubernetesGroups.Count > 0 && (deny.KubernetesGroups.Contains("*") || allow.KubernetesGroups.All(deny.KubernetesGroups.Contains)))
        {
            return Text("deny takes away every group that allow gives");
        }

        return deny.KubernetesResources.Count > 0 && IsNothingLeft(opaque, language) ? Text("kubernetes_resources of deny cover all of those of allow") : null;
    }

    private static string Text(string why) => $"{why}, so the role grants nothing: narrow deny, or leave it out and remove from allow what nobody shall have";

    /// <summary>Whether every cluster that one selector matches is surely matched by the other: each of its keys must match.</summary>
    private static bool CoversLabels(EquatableMap<EquatableList<string>> deny, EquatableMap<EquatableList<string>> allow) =>
        deny.All(d => (d.Key == "*" && d.Value is ["*"]) || (allow.TryGetValue(d.Key, out var values) && values.Count > 0 && values.All(v => d.Value.Any(p => Covers(p, v)))));

    private static bool Covers(string pattern, string value) =>
        pattern is "*" || pattern == value || (!value.Contains('*', StringComparison.Ordinal) && LabelPattern.Compile(value, out _)?.Literal is { } literal
            && !literal.Contains("{{", StringComparison.Ordinal) && LabelPattern.Compile(pattern, out _)?.IsMatch(literal) == true);

    private static bool IsNothingLeft(Role role, PatternLanguage language)
    {
        if (role.Allow.KubernetesResources.Count + role.Deny.KubernetesResources.Count > MostEntries)
        {
            return false;
        }

        var traits = EquatableMap<EquatableList<string>>.Empty;
        var rules = new RuleSet(RuleConversion.Allow(role, traits), RuleConversion.Deny(role, traits));
        var inexact = new List<PatternPartition>();

        // What is in a namespace shows that namespace, whatever else is denied: not what a role is for.
        var namesNamespaces = rules.Allow.Any(r => r.Kind is "namespaces" or ResourceRule.Any);
        foreach (var kind in new ObjectKinds(language).Of([.. rules.All], inexact).Where(k => !k.IsNamespaces || namesNamespaces))
        {
            var grid = new ObjectGrid(kind, rules, RuleSet.Empty, language, inexact);
            if (inexact.Count > 0 || grid.Before.Any(v => v != ResourceVerbs.None))
            {
                return false;
            }
        }

        return rules.Allow.Any(r => r.Verbs != ResourceVerbs.None);
    }
}
