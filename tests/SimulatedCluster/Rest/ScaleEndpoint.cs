using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>The <c>scale</c> subresource of deployments, replica sets and stateful sets.</summary>
internal sealed class ScaleEndpoint(ObjectStore store, Workloads workloads, ObjectEndpoint objects)
{
    public async Task AnswerAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record)
    {
        if (request.Verb is "update" or "patch")
        {
            JsonNode body = await RequestBody.ReadAsync(context, record);
            string media = ObjectEndpoint.Media(context);
            JsonObject stored = store.Update(type, request.Namespace, request.Name, live =>
            {
                JsonObject scale = Scale(live);
                JsonObject wanted = request.Verb == "update" ? body.AsObject() : objects.Patched(request, media, scale, body);
                live.Ensure("spec")["replicas"] = wanted.Number("spec", "replicas") ?? 0;
                return live;
            });
            await Reply.ObjectAsync(context, 200, type, Scale(workloads.Settle(type, stored)));
            return;
        }

        await Reply.ObjectAsync(context, 200, type, Scale(store.Get(type, request.Namespace, request.Name)));
    }

    private static JsonObject Scale(JsonObject item) => new()
    {
        ["kind"] = "Scale",
        ["apiVersion"] = "autoscaling/v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = item.Name(),
            ["namespace"] = item.Namespace(),
            ["uid"] = item.Uid(),
            ["resourceVersion"] = item.ResourceVersion(),
            ["creationTimestamp"] = item.Text("metadata", "creationTimestamp"),
        },
        ["spec"] = new JsonObject { ["replicas"] = item.Number("spec", "replicas") ?? 0 },
        ["status"] = new JsonObject
        {
            ["replicas"] = item.Number("status", "replicas") ?? 0,
            ["selector"] = string.Join(',', (item.At("spec", "selector", "matchLabels") as JsonObject ?? []).Select(l => $"{l.Key}={l.Value}")),
        },
    };
}
