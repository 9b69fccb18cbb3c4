using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>
/// <c>kubernetes_resources</c> of a role. This version decides by cluster, and what happens inside one is for its own RBAC; so only what
/// restricts nothing loads. Defaults by role version: Teleport, <c>api/types/role.go</c> (<c>CheckAndSetDefaults</c>).
/// </summary>
internal static class RoleResources
{
    private const string Name = "kubernetes_resources";

    /// <param name="grantsClusters">Whether the side has labels, without which it concerns no cluster.</param>
    public static void Check(FieldReader side, string sideName, int version, bool grantsClusters)
    {
        var entries = side.Mappings(Name).ToList();
        if (sideName == "deny")
        {
            if (side.Node(Name) is not (null or YamlSequence { Items.Count: 0 }))
            {
                side.Refuse(Name, "this version does not deny single resources: deny them with RBAC in the cluster and remove the list");
            }

            return;
        }

        if (entries.Count == 0 && version == 6 && grantsClusters)
        {
            side.Refuse(Name, $"in version v6 a role without this list reaches no pods, which this version does not enforce: write {Wildcard(version)}, or version v7 or v8");
        }

        foreach (var entry in entries)
        {
            CheckEntry(entry, version);
        }
    }

    /// <summary>The entry that restricts nothing.</summary>
    private static string Wildcard(int version) => version switch
    {
        <= 6 => "- {kind: pod, namespace: '*', name: '*'}",
        7 => "- {kind: '*', namespace: '*', name: '*', verbs: ['*']}",
        _ => "- {kind: '*', api_group: '*', namespace: '*', name: '*', verbs: ['*']}",
    };

    private static void CheckEntry(FieldReader entry, int version)
    {
        var before = entry.Problems.Found.Count;
        var kind = entry.Text("kind");
        var scope = (entry.Text("namespace"), entry.Text("name")) == ("*", "*");
        var verbs = entry.Texts("verbs");
        var group = entry.Text("api_group");
        entry.Finish();
        if (entry.Problems.Found.Count > before)
        {
            return;
        }

        // Before v7 roles know pods only, and a wildcard over pods opens everything else with them; verbs are filled in.
        var everyVerb = verbs is [("*", _)] || (version <= 6 && verbs.Count == 0);
        var everyKind = kind == (version <= 6 ? "pod" : "*");
        var everyGroup = version < 8 ? string.IsNullOrEmpty(group) : group == "*";
        if (!(scope && everyVerb && everyKind && everyGroup))
        {
            entry.Problems.Add(
                entry.Place,
                entry.PathOf("kind")[..^".kind".Length],
                $"this version does not restrict by resource: restrict with RBAC in the cluster, and write only {Wildcard(version)} here");
        }
    }
}
