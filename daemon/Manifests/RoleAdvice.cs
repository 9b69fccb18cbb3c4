using System.Text.RegularExpressions;
using Tidegate.Patterns;
using Tidegate.Resources;
using Tidegate.State;
using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>
/// Warns of roles that are valid and cannot do what they seem to be for. It judges one role alone, and where a template or a pattern leaves something open it
/// says nothing: a warning that is wrong costs more trust than a missing one. A role may be meant to be held together with others, and the words say so.
/// </summary>
internal sealed partial class RoleAdvice
{
    private readonly List<WrittenEntry> allow = [];
    private readonly List<WrittenEntry> deny = [];
    private readonly PatternLanguage language = new();
    private readonly RoleNameAdvice names;

    public RoleAdvice() => names = new(language);

    /// <summary>Takes note of an entry, and warns of what can be told from it alone.</summary>
    public void Add(WrittenEntry entry, int version, bool isDeny)
    {
        (isDeny ? deny : allow).Add(entry);
        names.Give(entry, version);
        if (entry.Resource.Verbs.Count == 0)
        {
            entry.Fields.Problems.Warn(
                entry.Fields.Place, entry.Fields.PathOf("verbs"), $"an entry without verbs {(isDeny ? "denies" : "allows")} nothing: list the verbs, or write ['*'] for all");
        }

        if (version >= 8)
        {
            RoleKindAdvice.Give(entry, isDeny);
        }
    }

    /// <summary>Warns of what only the whole role tells.</summary>
    /// <param name="denyPlace">Of <c>deny:</c>.</param>
    public void Give(Role role, Place denyPlace, DocumentProblems problems)
    {
        if (role.Version >= 7)
        {
            new RoleVerbAdvice(language).Give(allow, e => RulesOf(role, e.Resource));
        }

        if (RoleDenyAdvice.Reason(role, Opaque(role), language) is { } reason)
        {
            problems.Warn(denyPlace, "spec.deny", reason);
        }
    }

    /// <summary>What one entry comes to.</summary>
    private static IReadOnlyList<ResourceRule> RulesOf(Role role, KubernetesResource entry) => RuleConversion.Allow(
        role with { Allow = role.Allow with { KubernetesResources = [Opaque(entry, isDeny: false)] } }, EquatableMap<EquatableList<string>>.Empty);

    /// <summary>The role with a text in place of each template that only the same template gives, so that rules can be compared without a person.</summary>
    private static Role Opaque(Role role) => role with
    {
        Allow = role.Allow with { KubernetesResources = [.. role.Allow.KubernetesResources.Select(r => Opaque(r, isDeny: false))] },
        Deny = role.Deny with { KubernetesResources = [.. role.Deny.KubernetesResources.Select(r => Opaque(r, isDeny: true))] },
    };

    /// <summary>A verb that is a template may be any on an allow side, and is none on a deny side: so nothing is said that a person's traits make wrong.</summary>
    private static KubernetesResource Opaque(KubernetesResource entry, bool isDeny) => entry with
    {
        Namespace = Opaque(entry.Namespace),
        Name = Opaque(entry.Name),
        Verbs = !entry.Verbs.Any(HasTemplate) ? entry.Verbs : isDeny ? [.. entry.Verbs.Where(v => !HasTemplate(v))] : [KubernetesResource.Wildcard],
    };

    private static string Opaque(string text) => Template().Replace(text, m => $"\uE000{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(m.Value))}\uE001");

    private static bool HasTemplate(string text) => Template().IsMatch(text);

    /// <summary>What a text is filled in for: all from the first opening braces to the last closing ones, as <see cref="TraitTemplate"/> takes it.</summary>
    [GeneratedRegex(@"\{\{.*\}\}", RegexOptions.Singleline)]
    public static partial Regex Template();
}
