using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>metrics.k8s.io as a metrics server gives it: figures for the pods and nodes that there are, which can be read and nothing else.</summary>
internal sealed class MetricsEndpoint(ObjectStore store, TimeProvider time)
{
    public Task AnswerAsync(HttpContext context, ApiRequest request, ResourceType type, ListEndpoint lists)
    {
        ResourceType source = type == ResourceTypes.PodMetrics ? ResourceTypes.Pods : ResourceTypes.Nodes;
        if (request.Verb == "list")
        {
            (IReadOnlyList<JsonObject> items, long revision) = store.List(source, request.Namespace);
            return lists.AnswerAsync(context, request, type, [.. items.Select(i => Figures(type, i))], revision);
        }

        JsonObject found = store.Find(source, request.Namespace, request.Name) ?? throw ApiException.NotFound(type, request.Name);
        ObjectView view = ObjectView.Of(context.Request, type, time);
        return Reply.PiecesAsync(context, 200, view.Single(Figures(type, found)), view.ContentType);
    }

    private JsonObject Figures(ResourceType type, JsonObject item)
    {
        JsonObject metadata = new() { ["name"] = item.Name() };
        if (type.Namespaced)
        {
            metadata["namespace"] = item.Namespace();
        }

        metadata["creationTimestamp"] = store.Timestamp;
        if (item.At("metadata", "labels") is { } labels)
        {
            metadata["labels"] = labels.DeepClone();
        }

        JsonObject figures = new()
        {
            ["kind"] = type.Kind,
            ["apiVersion"] = type.ApiVersion,
            ["metadata"] = metadata,
            ["timestamp"] = store.Timestamp,
            ["window"] = "15s",
        };
        if (type == ResourceTypes.NodeMetrics)
        {
            figures["usage"] = Usage(250, 900);
        }
        else
        {
            figures["containers"] = new JsonArray([.. item.Items("spec", "containers").Select((c, i) => (JsonNode)new JsonObject
            {
                ["name"] = c.Text("name"),
                ["usage"] = Usage(3 + i, 20 + i),
            })]);
        }

        return figures;
    }

    private static JsonObject Usage(int milliCores, int mebibytes) => new() { ["cpu"] = $"{milliCores}m", ["memory"] = $"{mebibytes}Mi" };
}
