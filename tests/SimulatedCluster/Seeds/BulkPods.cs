using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Seeds;

/// <summary>Many pods at once, each about 4 kB of JSON as one of a deployment is: labels, managed fields, two containers, conditions.</summary>
internal static class BulkPods
{
    private static readonly Lazy<string> Template = new(() =>
    {
        using Stream resource = typeof(BulkPods).Assembly.GetManifestResourceStream("pod.json")!;
        using StreamReader reader = new(resource);
        return JsonNode.Parse(reader.ReadToEnd())!.ToJsonString(Json.Compact);
    });

    /// <summary>Adds pods named <c>prefix-0</c> and so on. Every second one has the label <c>tier</c> frontend, the others backend.</summary>
    public static void Add(ObjectStore store, string ns, string prefix, int count) =>
        store.Load(ResourceTypes.Pods, ns, Enumerable.Range(0, count).Select(i => Pod(store.Timestamp, ns, prefix, i)));

    private static JsonObject Pod(string timestamp, string ns, string prefix, int index) => (JsonObject)JsonNode.Parse(Template.Value
        .Replace("{{name}}", string.Create(CultureInfo.InvariantCulture, $"{prefix}-{index}"), StringComparison.Ordinal)
        .Replace("{{prefix}}", prefix, StringComparison.Ordinal)
        .Replace("{{ns}}", ns, StringComparison.Ordinal)
        .Replace("{{tier}}", index % 2 == 0 ? "frontend" : "backend", StringComparison.Ordinal)
        .Replace("{{uid}}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Replace("{{ip}}", string.Create(CultureInfo.InvariantCulture, $"10.245.{index / 250 % 250}.{(index % 250) + 2}"), StringComparison.Ordinal)
        .Replace("{{time}}", timestamp, StringComparison.Ordinal))!;
}
