using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Identity;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>Get, create, update and patch of single objects.</summary>
internal sealed class ObjectEndpoint(ObjectStore store, Workloads workloads, Authorizer authorizer, TimeProvider time)
{
    public Task GetAsync(HttpContext context, ApiRequest request, ResourceType type) =>
        AnswerAsync(context, 200, type, store.Get(type, request.Namespace, request.Name));

    public async Task CreateAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record)
    {
        JsonObject body = await RequestBody.ReadObjectAsync(context, record);
        RequireKind(type, body);
        await AnswerAsync(context, 201, type, Create(request, type, body, DryRun(request)));
    }

    public async Task UpdateAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record)
    {
        JsonObject body = await RequestBody.ReadObjectAsync(context, record);
        RequireKind(type, body);
        if (body.Name() != request.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({body.Name()}) does not match the name on the URL ({request.Name})");
        }

        if (type.CreatesOnUpdate && IsMissing(request, type))
        {
            RequireCreate(request, record);
            await AnswerAsync(context, 201, type, Create(request, type, body, DryRun(request)));
            return;
        }

        await ChangeAsync(context, request, type, _ => body);
    }

    public async Task PatchAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record)
    {
        JsonNode body = await RequestBody.ReadAsync(context, record);
        string media = Media(context);
        if (media == "application/apply-patch+yaml" && IsMissing(request, type))
        {
            RequireCreate(request, record);
            JsonObject applied = (JsonObject)body;
            JsonObject created = ServerSideApply.Apply(applied.Clone(), applied, Manager(request), store.Timestamp);
            created.Ensure("metadata")["name"] = request.Name;
            await AnswerAsync(context, 201, type, Create(request, type, created, DryRun(request)));
            return;
        }

        await ChangeAsync(context, request, type, live => Patched(request, media, live, body));
    }

    public static bool DryRun(ApiRequest request) => request.Query.First("dryRun") == "All";

    public static string Media(HttpContext context) => (context.Request.ContentType ?? "").Split(';')[0].Trim();

    /// <summary>Applies a patch of any of the four media types.</summary>
    public JsonObject Patched(ApiRequest request, string media, JsonObject live, JsonNode patch)
    {
        try
        {
            return media switch
            {
                "application/json-patch+json" => JsonPatch.Apply(live, patch.AsArray()),
                "application/merge-patch+json" => MergePatch.Merge(live, patch.AsObject()),
                "application/strategic-merge-patch+json" => MergePatch.Strategic(live, patch.AsObject()),
                "application/apply-patch+yaml" => ServerSideApply.Apply(live, patch.AsObject(), Manager(request), store.Timestamp),
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

    private static string Manager(ApiRequest request) => request.Query.First("fieldManager") is { Length: > 0 } manager
        ? manager
        : throw new ApiException(422, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");

    private bool IsMissing(ApiRequest request, ResourceType type) => request.Subresource.Length == 0 && store.Find(type, request.Namespace, request.Name) is null;

    /// <summary>What creates by an update or an apply needs the right to create beside its own (handlers/update.go, withAuthorization).</summary>
    private void RequireCreate(ApiRequest request, RecordedRequest record)
    {
        AccessQuestion question = request.Question with { Verb = "create" };
        if (!authorizer.Allows(record.Identity!, question))
        {
            throw Forbidden.Error(record.Identity!, question);
        }
    }

    private JsonObject Create(ApiRequest request, ResourceType type, JsonObject body, bool dryRun)
    {
        JsonObject wanted = body.Clone();
        workloads.Admit(type, wanted);
        JsonObject stored = store.Create(type, request.Namespace, wanted, dryRun);
        return dryRun ? stored : workloads.Settle(type, stored);
    }

    private async Task ChangeAsync(HttpContext context, ApiRequest request, ResourceType type, Func<JsonObject, JsonObject> change)
    {
        bool dryRun = DryRun(request);
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
        return Reply.PiecesAsync(context, status, view.Single(item), view.ContentType);
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
