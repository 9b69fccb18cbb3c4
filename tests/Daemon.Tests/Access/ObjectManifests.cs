using System.Text;
using System.Text.Json;
using Tidegate.Access;
using Tidegate.Manifests;
using Tidegate.State;

namespace Tidegate.Tests.Access;

/// <summary>An <see cref="ObjectWorld"/> as somebody writes it down, in any order, and read back.</summary>
internal static class ObjectManifests
{
    /// <param name="random">Shuffles documents, keys of maps and lists of entries; null: as they are.</param>
    /// <returns>Null when the world has an entry that may not be written so.</returns>
    public static AccessPolicy? Read(ObjectWorld world, Random? random)
    {
        var documents = world.Roles.Select(r => Written(r, random)).Append(WrittenPerson(world, random)).ToArray();
        random?.Shuffle(documents);
        var text = string.Join("\n---\n", documents) + "\n";
        var file = ManifestReader.Read("all.yaml", Encoding.UTF8.GetBytes(text), ObjectTable.Revision);
        if (file.Problems.Any(p => !p.IsWarning))
        {
            return null;
        }

        var values = file.Resources.Select(r => r.Value).ToList();
        return new(values.OfType<Role>().ToDictionary(r => r.Name), values.OfType<User>().ToDictionary(u => u.Name), [], [], []);
    }

    private static string Written(Role role, Random? random)
    {
        var allow = Map(
            random,
            ("kubernetes_labels", "{env: dev}"),
            ("kubernetes_groups", "[group]"),
            ("kubernetes_resources", Entries(role.Allow, role.Version, random)));
        var deny = Map(random, ("kubernetes_resources", Entries(role.Deny, role.Version, random)));
        var spec = role.Deny.KubernetesResources.Count > 0 ? Map(random, ("deny", deny)) : Map(random, ("allow", allow));
        return Map(random, ("kind", "role"), ("version", $"v{role.Version}"), ("metadata", $"{{name: {role.Name}}}"), ("spec", spec));
    }

    private static string WrittenPerson(ObjectWorld world, Random? random)
    {
        var traits = Map(random, [.. world.Traits.Select(t => (t.Key, JsonSerializer.Serialize(t.Value)))]);
        var roles = $"[{string.Join(", ", world.Roles.Select(r => r.Name))}]";
        var spec = Map(random, ("roles", roles), ("traits", traits));
        return Map(random, ("kind", "user"), ("version", "v2"), ("metadata", $"{{name: {ObjectWorld.Person}}}"), ("spec", spec));
    }

    private static string Entries(RoleConditions side, int version, Random? random) =>
        $"[{string.Join(", ", side.KubernetesResources.OrderBy(_ => random?.Next() ?? 0).Select(e => Entry(e, version, random)))}]";

    private static string Entry(KubernetesResource entry, int version, Random? random)
    {
        (string, string)[] fields =
            [("kind", Quoted(entry.Kind)), ("namespace", Quoted(entry.Namespace)), ("name", Quoted(entry.Name)), ("verbs", JsonSerializer.Serialize(entry.Verbs))];
        return Map(random, version < 8 ? fields : [.. fields, ("api_group", Quoted(entry.ApiGroup))]);
    }

    private static string Map(Random? random, params (string Key, string Value)[] fields)
    {
        random?.Shuffle(fields);
        return $"{{{string.Join(", ", fields.Select(f => $"{f.Key}: {f.Value}"))}}}";
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
