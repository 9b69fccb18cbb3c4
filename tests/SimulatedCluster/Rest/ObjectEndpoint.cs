using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;

namespace Tidegate.Simulation.Rest;

/// <summary>Get, create, update, patch and delete of single objects, and deletecollection.</summary>
internal sealed class ObjectEndpoint(ObjectStore store, Workloads workloads, TimeProvider time)
{
    public Task GetAsync(HttpContext context, ApiRequest request, ResourceType type) =>
        AnswerAsync(context, 200, type, store.Get(type, request.Namespace, request.Name));

    public async Task CreateAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record)
    {
        JsonObject body = await RequestBody.ReadObjectAsync(context, record);
        RequireKind(type, body);
        await AnswerAsync(context, 201, type, Create(request, type, body, DryRun(context)));
    }

    public async Task UpdateAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record)
    {
        JsonObject body = await RequestBody.ReadObjectAsync(context, record);
        RequireKind(type, body);
        if (body.Name() != request.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({body.Name()}) does not match the name on the URL ({request.Name})");
        }

        await ChangeAsync(context, request, type, _ => body);
    }

    public async Task PatchAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record)
    {
        JsonNode body = await RequestBody.ReadAsync(context, record);
        string media = (context.Request.ContentType ?? "").Split(';')[0].Trim();
        if (media == "application/apply-patch+yaml" && request.Subresource.Length == 0 && store.Find(type, request.Namespace, request.Name) is null)
        {
            JsonObject applied = (JsonObject)body;
            JsonObject created = ServerSideApply.Apply(applied.Clone(), applied, Manager(context), store.Timestamp);
            await AnswerAsync(context, 201, type, Create(request, type, created, DryRun(context)));
            return;
        }

        await ChangeAsync(context, request, type, live => Patched(context, media, live, body));
    }

    public async Task DeleteAsync(HttpContext context, ApiRequest request, ResourceType type)
    {
        JsonObject gone = store.Delete(type, request.Namespace, request.Name, DryRun(context));
        if (!DryRun(context))
        {
            workloads.Deleted(type, gone);
        }

        JsonObject details = ApiException.Details(type, request.Name);
        details["uid"] = gone.Uid();
        await Reply.JsonAsync(context, 200, Success(details));
    }

    public async Task DeleteCollectionAsync(HttpContext context, ApiRequest request, ResourceType type)
    {
        Func<JsonObject, bool> matches = ListEndpoint.Selection(context.Request.Query);
        foreach (JsonObject item in store.List(type, request.Namespace).Items.Where(matches))
        {
            workloads.Deleted(type, store.Delete(type, item.Namespace(), item.Name(), DryRun(context)));
        }

        await Reply.JsonAsync(context, 200, Success([]));
    }

    public static bool DryRun(HttpContext context) => context.Request.Query["dryRun"] == "All";

    public static JsonObject Success(JsonObject details) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["details"] = details,
    };

    /// <summary>Applies a patch of any of the four media types.</summary>
    public JsonObject Patched(HttpContext context, string media, JsonObject live, JsonNode patch)
    {
        try
        {
            return media switch
            {
                "application/json-patch+json" => JsonPatch.Apply(live, patch.AsArray()),
                "application/merge-patch+json" => MergePatch.Merge(live, patch.AsObject()),
                "application/strategic-merge-patch+json" => MergePatch.Strategic(live, patch.AsObject()),
                "application/apply-patch+yaml" => ServerSideApply.Apply(live, patch.AsObject(), Manager(context), store.Timestamp),
                _ => throw new ApiException(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml"),
            };
        }
        catch (InvalidOperationException)
        {
            throw ApiException.BadRequest("the patch has the wrong shape for its media type");
        }
    }

    private static string Manager(HttpContext context) => context.Request.Query["fieldManager"].ToString() is { Length: > 0 } manager
        ? manager
        : throw new ApiException(422, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");

    private JsonObject Create(ApiRequest request, ResourceType type, JsonObject body, bool dryRun)
    {
        JsonObject wanted = body.Clone();
        workloads.Admit(type, wanted);
        JsonObject stored = store.Create(type, request.Namespace, wanted, dryRun);
        return dryRun ? stored : workloads.Settle(type, stored);
    }

    private async Task ChangeAsync(HttpContext context, ApiRequest request, ResourceType type, Func<JsonObject, JsonObject> change)
    {
        bool dryRun = DryRun(context);
        JsonObject stored = store.Update(type, request.Namespace, request.Name, live => Scoped(request, type, live, change), dryRun);
        await AnswerAsync(context, 200, type, dryRun ? stored : workloads.Settle(type, stored));
    }

    /// <summary>Lets a subresource write change only its part, and the main resource everything but the status.</summary>
    private JsonObject Scoped(ApiRequest request, ResourceType type, JsonObject live, Func<JsonObject, JsonObject> change)
    {
        JsonObject before = live.Clone();
        JsonObject after = change(live).Clone();
        switch (request.Subresource)
        {
            case "status":
                before["status"] = after["status"]?.DeepClone();
                before.Ensure("metadata")["resourceVersion"] = after.ResourceVersion();
                return before;
            case "ephemeralcontainers":
                PodDefaults.RunEphemeralContainers(after, store.Timestamp);
                return after;
            default:
                if (type.HasStatus && before["status"] is { } status)
                {
                    after["status"] = status.DeepClone();
                }

                return after;
        }
    }

    private Task AnswerAsync(HttpContext context, int status, ResourceType type, JsonObject item)
    {
        ObjectView view = ObjectView.Of(context.Request, type, time);
        return Reply.BytesAsync(context, status, view.Bytes(view.Single(type, item)), view.ContentType);
    }

    private static void RequireKind(ResourceType type, JsonObject body)
    {
        string kind = body.Text("kind") ?? type.Kind;
        string version = body.Text("apiVersion") ?? type.ApiVersion;
        if (kind != type.Kind || version != type.ApiVersion)
        {
            throw ApiException.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {type.Kind}: the URL serves {type.ApiVersion}");
        }
    }
}
