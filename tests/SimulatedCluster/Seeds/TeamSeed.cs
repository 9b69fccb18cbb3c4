using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Seeds;

/// <summary>Four namespaces that hold the same names, of every kind something (<c>team.yaml</c>), and what they share (<c>shared.yaml</c>).</summary>
internal static class TeamSeed
{
    public static readonly IReadOnlyList<string> Namespaces = ["dev", "prod", "team-a", "team-b"];

    public static void Fill(ObjectStore store, Workloads workloads)
    {
        Apply(store, workloads, "shared.yaml", "");
        foreach (string ns in Namespaces)
        {
            Seed.EnsureNamespace(store, workloads, ns);
            Apply(store, workloads, "team.yaml", ns);
        }
    }

    private static void Apply(ObjectStore store, Workloads workloads, string file, string ns)
    {
        using Stream resource = typeof(TeamSeed).Assembly.GetManifestResourceStream(file)!;
        using StreamReader reader = new(resource);
        string text = reader.ReadToEnd().Replace("{{ns}}", ns, StringComparison.Ordinal);
        foreach (JsonNode node in YamlText.ReadAll(Encoding.UTF8.GetBytes(text)))
        {
            Seed.Put(store, workloads, ns, (JsonObject)node);
        }
    }
}
