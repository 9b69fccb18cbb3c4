using Tidegate.Kubernetes;
using Tidegate.State;
using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>
/// <c>kubernetes_resources</c> of one side of a role. The rules, and the first half of most messages, are those of Teleport, <c>api/types/role.go</c>
/// (<c>validateKubeResources</c>, <c>CheckAndSetDefaults</c>).
/// </summary>
internal static class RoleResources
{
    private const string Name = "kubernetes_resources";

    /// <summary>Each entry holds up to three expressions, which cost to compile, here and again for every person.</summary>
    private const int MaxEntries = 1000;

    /// <summary>Longer than the names of Kubernetes, which have up to 253 characters, so that an expression can list some.</summary>
    private const int MaxPatternLength = 1000;

    /// <summary>The entries as written; what an absent list means is for the side to say.</summary>
    public static EquatableList<KubernetesResource> Read(FieldReader side, bool isDeny, int version, ManifestSource source, RoleAdvice advice)
    {
        if (side.Node(Name) is YamlSequence { Items.Count: > MaxEntries })
        {
            side.Refuse(Name, $"a list has at most {MaxEntries} entries: use patterns, or split the role");
            return [];
        }

        return side.Mappings(Name).Select(entry => ReadEntry(entry, isDeny, version, source, advice)).OfType<KubernetesResource>().ToEquatableList();
    }

    /// <summary>
    /// A side that denies both clusters and resources denies the clusters as a whole, because it counts as soon as one of its matchers matches (Teleport,
    /// <c>lib/services/role.go checkAccess</c>).
    /// </summary>
    public static void WarnOfLabels(FieldReader deny) => deny.Problems.Warn(
        deny.PlaceOf(Name),
        deny.PathOf(Name),
        "kubernetes_labels beside this list denies every cluster that it matches as a whole, not only these resources: leave kubernetes_labels out of deny to deny "
        + "these resources, in every cluster");

    /// <returns>Null when something of the entry is missing or cannot be read, which is then noted.</returns>
    private static KubernetesResource? ReadEntry(FieldReader entry, bool isDeny, int version, ManifestSource source, RoleAdvice advice)
    {
        var kind = entry.RequiredText("kind");
        var group = ReadText(entry, "api_group");
        var @namespace = ReadPattern(entry, "namespace");
        var name = ReadPattern(entry, "name");
        var verbs = RoleResourceVerbs.Read(entry, version);
        entry.Problems.Catalog?.Required(entry.PathOf("name"));
        if (name is { Length: 0 })
        {
            entry.Refuse("name", "KubernetesResource must include Name: write one, a pattern, or '*' for every name");
        }

        entry.Finish();
        if (kind is null || group is null)
        {
            return null;
        }

        RoleResourceKind.Check(entry, version, kind, group, hasNamespace: @namespace is not { Length: 0 });
        if (isDeny && @namespace is { Length: 0 } && version >= 8 && BuiltInKinds.ScopeOf(group, kind) != KindScope.Cluster)
        {
            entry.Problems.Warn(
                entry.Place,
                entry.PathOf("namespace"),
                "without a namespace this entry denies nothing that is in one: write namespace: '*' to deny it everywhere, outside namespaces too");
        }

        if (@namespace is null || name is null)
        {
            return null;
        }

        var resource = new KubernetesResource(kind, group, @namespace, name, verbs, source.At(entry.Place));
        if (!entry.Problems.Any)
        {
            advice.Add(new(resource, entry), version, isDeny);
        }

        return resource;
    }

    /// <returns>Empty when absent; null when it is wrong, which is then noted.</returns>
    private static string? ReadPattern(FieldReader entry, string field)
    {
        var text = ReadText(entry, field);
        if (text is not null)
        {
            TemplateCheck.Pattern(text, entry.PlaceOf(field), entry.PathOf(field), entry.Problems);
        }

        return text;
    }

    /// <returns>As <see cref="ReadPattern"/>.</returns>
    private static string? ReadText(FieldReader entry, string field)
    {
        var text = entry.Text(field);
        if (text is null)
        {
            return entry.Node(field) is null ? "" : null;
        }

        if (text.Length <= MaxPatternLength)
        {
            return text;
        }

        entry.Refuse(field, $"a pattern has at most {MaxPatternLength} characters: use several entries");
        return null;
    }
}
