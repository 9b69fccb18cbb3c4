using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Patterns;
using Tidegate.State;

namespace Tidegate.Manifests;

/// <summary>
/// Warns of names and namespaces that no object in any cluster can have: such an entry silently grants, or denies, nothing. Source of the rules:
/// k8s.io/apimachinery (<c>IsDNS1123Label</c>, <c>IsDNS1123Subdomain</c>, <c>path.IsValidPathSegmentName</c>).
/// </summary>
internal sealed class RoleNameAdvice(PatternLanguage language)
{
    private const string Nothing = "so this entry is about nothing";

    private const int MostShown = 70;

    private static readonly NameRule Label = new(
        "namespace", "a namespace has lower-case letters, digits and \"-\" only, at most 63, with no \"-\" at its ends", "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", 63);

    private static readonly NameRule Subdomain = new(
        "name", "such a name has lower-case letters, digits, \"-\" and \".\" only, at most 253, with a letter or digit at its ends", @"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$", 253);

    private static readonly NameRule Segment = new("name", "a name has no \"/\" and no \"%\", and is neither \".\" nor \"..\"", "^([^/%.]|[^/%]{2}[^/%]*|[^/%][^/%.])$", int.MaxValue);

    /// <summary>Kinds of every cluster whose names are subdomains. Others may have more: roles and their bindings, addresses, the kinds of other people.</summary>
    private static readonly FrozenSet<string> Subdomains = FrozenSet.ToFrozenSet(
        [
            "pods", "secrets", "configmaps", "services", "serviceaccounts", "endpoints", "nodes", "persistentvolumes", "persistentvolumeclaims", "deployments",
            "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "ingresses", "networkpolicies", "horizontalpodautoscalers",
        ],
        StringComparer.Ordinal);

    public void Give(WrittenEntry entry, int version)
    {
        var resource = entry.Resource;
        var legacy = version < 8 ? LegacyKinds.Find(resource.Kind) : null;
        var plural = legacy?.Plural ?? resource.Kind;
        if (legacy is not { IsNamespaced: false })
        {
            Check(entry, "namespace", resource.Namespace, Label);
        }

        var isBuiltIn = legacy is not null || BuiltInKinds.ScopeOf(resource.ApiGroup, plural) != KindScope.Unknown;
        Check(entry, "name", resource.Name, !isBuiltIn ? Segment : plural == "namespaces" ? Label : Subdomains.Contains(plural) ? Subdomain : Segment);
    }

    /// <summary>The expression that was probably meant by a text with question marks; null without one, or where it is an expression already.</summary>
    public static string? QuestionMark(string pattern) =>
        !IsExpression(pattern) && RoleAdvice.Template().Replace(pattern, "").Contains('?', StringComparison.Ordinal) ? Expression(pattern) : null;

    private void Check(WrittenEntry entry, string field, string pattern, NameRule rule)
    {
        if (pattern.Length == 0 || pattern == KubernetesResource.Wildcard)
        {
            return;
        }

        var isExpression = IsExpression(pattern);
        var text = RoleAdvice.Template().Replace(pattern, isExpression ? ".*" : "*");
        if (QuestionMark(pattern) is { } meant)
        {
            Warn($"? is no wildcard here and stands in no {rule.Noun}, {Nothing}: * stands for any characters, and {meant} for exactly one in place of each ?");
        }
        else if (!MayMatch(text, isExpression, rule))
        {
            var hint = LooksLikeExpression(text, isExpression) ? "; an expression begins with ^ and ends with $" : "";
            Warn($"\"{Shown(pattern)}\" can match no {rule.Noun}, {Nothing}: {rule.Words}{hint}");
        }

        void Warn(string message) => entry.Fields.Problems.Warn(entry.Fields.PlaceOf(field), entry.Fields.PathOf(field), message);
    }

    private bool MayMatch(string pattern, bool isExpression, NameRule rule)
    {
        // Nearly every pattern has a name among these, and nothing need be compiled for it.
        if (!isExpression && rule.Pattern.IsMatch(pattern.Replace('*', 'a')) && pattern.Length <= rule.MaxLength)
        {
            return true;
        }

        return LabelPattern.Compile(pattern, out _) is not { Literal: null } compiled
            ? isExpression
            : language.Partition([compiled, rule.Pattern]) is not { IsExact: true } partition || partition.Classes.Any(c => c.Matching.Count == 2);
    }

    private static string Shown(string pattern) => pattern.Length > MostShown ? $"{pattern[..MostShown]}…" : pattern;

    private static bool IsExpression(string text) => text.Length >= 2 && text[0] == '^' && text[^1] == '$';

    private static bool LooksLikeExpression(string text, bool isExpression) => !isExpression && text.AsSpan().ContainsAny("^$[](){}|+\\");

    /// <summary>A glob with question marks, as the expression that was probably meant; its template stays.</summary>
    private static string Expression(string glob)
    {
        var template = RoleAdvice.Template().Match(glob);
        return template.Success ? $"^{Part(glob[..template.Index])}{template.Value}{Part(glob[(template.Index + template.Length)..])}$" : $"^{Part(glob)}$";

        static string Part(string text) => Regex.Escape(text).Replace("\\?", ".", StringComparison.Ordinal).Replace("\\*", ".*", StringComparison.Ordinal);
    }

    /// <param name="Words">The rule for people.</param>
    /// <param name="Expression">The rule without its length.</param>
    private sealed record NameRule(string Noun, string Words, string Expression, int MaxLength)
    {
        public LabelPattern Pattern { get; } = LabelPattern.Compile(Expression, out _) ?? throw new InvalidOperationException(Expression);
    }
}
