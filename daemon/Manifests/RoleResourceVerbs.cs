using Tidegate.State;
using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>
/// <c>verbs</c> of an entry of <c>kubernetes_resources</c>. Up to v6 there is only <c>*</c>, which is filled in; from v7 on an empty list allows nothing.
/// Source: Teleport, <c>api/types/role.go</c> (<c>validateKubeResources</c>, <c>setDefaultKubernetesVerbs</c>).
/// </summary>
internal static class RoleResourceVerbs
{
    private const string Name = "verbs";

    /// <summary>More than there are, since a template can stand for one; each costs to fill in for every person.</summary>
    private const int MaxVerbs = 100;

    private static readonly string Supported = string.Join(' ', KubernetesResource.AllVerbs.Append(KubernetesResource.Wildcard));

    public static EquatableList<string> Read(FieldReader entry, int version)
    {
        entry.Problems.Catalog?.Note(entry.PathOf(Name), FieldShape.Values, bounds: $"of {string.Join(", ", KubernetesResource.AllVerbs)}, or * alone");
        var verbs = entry.Texts(Name);
        if (verbs.Count > MaxVerbs)
        {
            entry.Refuse(Name, $"an entry has at most {MaxVerbs} verbs: each need stand there only once");
            return [];
        }

        var path = entry.PathOf(Name);
        foreach (var (text, place) in verbs)
        {
            if (text != KubernetesResource.Wildcard)
            {
                Check(text, place, path, version, entry.Problems);
            }
        }

        if (verbs.Count > 1 && verbs.FindIndex(v => v.Text == KubernetesResource.Wildcard) is var index and >= 0)
        {
            entry.Problems.Add(verbs[index].Place, path, "KubernetesResource verb \"*\" cannot be used with other verbs: leave the others out, or name every verb that is meant");
        }

        return version <= 6 && verbs.Count == 0 ? [KubernetesResource.Wildcard] : verbs.Select(v => v.Text).ToEquatableList();
    }

    private static void Check(string text, Place place, string path, int version, DocumentProblems problems)
    {
        if (version <= 6)
        {
            problems.Add(place, path, $"Role version \"v{version}\" only supports \"*\" verb. Upgrade the role version to \"v8\", or leave verbs out to mean all of them");
        }
        else if (text.Contains("{{", StringComparison.Ordinal))
        {
            TemplateCheck.Text(text, place, path, problems);
        }
        else if (!KubernetesResource.AllVerbs.Contains(text))
        {
            var remedy = Suggestion.For(text, KubernetesResource.AllVerbs) is { } near ? $"did you mean \"{near}\"?" : "write one of these, or '*' alone for all";
            problems.Add(place, path, $"KubernetesResource verb \"{text}\" is invalid or unsupported; Supported: [{Supported}]: {remedy}");
        }
    }
}
