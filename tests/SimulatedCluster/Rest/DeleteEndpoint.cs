using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>
/// Delete, eviction and deletecollection. Options come in the body or, without one, in the query (apiserver, handlers/delete.go). What is deleted
/// goes at once, its dependants with it unless they are orphaned.
/// </summary>
internal sealed class DeleteEndpoint(ObjectStore store, Workloads workloads, TimeProvider time)
{
    private static readonly string[] Policies = ["Background", "Foreground", "Orphan"];

    public async Task DeleteAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record)
    {
        JsonObject options = await OptionsAsync(context, request, record);
        if (type.ReturnsDeleted && request.Subresource.Length == 0)
        {
            ObjectView view = ObjectView.Of(context.Request, type, time);
            JsonObject shown = Delete(type, request.Namespace, request.Name, options);
            await Reply.PiecesAsync(context, 200, view.Single(shown), view.ContentType);
            return;
        }

        JsonObject gone = Delete(type, request.Namespace, request.Name, options);
        JsonObject details = ApiException.Details(type, request.Name);
        details["uid"] = gone.Uid();
        await Reply.StatusAsync(context, request.Subresource == "eviction" ? 201 : 200, Success(details));
    }

    /// <summary>Answers with the list of what went.</summary>
    public async Task DeleteCollectionAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record)
    {
        ObjectView view = ObjectView.Of(context.Request, type, time);
        ListOptions selection = ListOptions.Decode(request.Query);
        FieldLabels.Check(type, selection.Fields);
        JsonObject options = await OptionsAsync(context, request, record);
        (IReadOnlyList<JsonObject> all, long revision) = store.List(type, request.Namespace);
        List<JsonObject> gone = [.. all.Where(selection.Matches)];
        foreach (JsonObject item in gone)
        {
            Delete(type, item.Namespace(), item.Name(), options);
        }

        JsonObject metadata = new() { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        await Reply.PiecesAsync(context, 200, view.List(gone, metadata), view.ContentType);
    }

    private static async Task<JsonObject> OptionsAsync(HttpContext context, ApiRequest request, RecordedRequest record)
    {
        JsonObject? body = await RequestBody.ReadOptionalAsync(context, record);
        JsonObject options = (body?.Text("kind") == "Eviction" ? body["deleteOptions"] as JsonObject : body) ?? FromQuery(request.Query);
        if (options.Text("propagationPolicy") is { } policy && !Policies.Contains(policy))
        {
            throw new ApiException(
                422,
                "Invalid",
                $"DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"{policy}\": supported values: \"Foreground\", \"Background\", \"Orphan\"");
        }

        return options;
    }

    private static JsonObject FromQuery(UrlQuery query)
    {
        JsonObject options = [];
        if (query.First("propagationPolicy") is { } policy)
        {
            options["propagationPolicy"] = policy;
        }

        if (query.First("orphanDependents") is { } orphan)
        {
            options["orphanDependents"] = ListOptions.Bool(orphan);
        }

        options["dryRun"] = new JsonArray([.. query.All("dryRun").Select(v => (JsonNode)v)]);
        return options;
    }

    private JsonObject Delete(ResourceType type, string ns, string name, JsonObject options)
    {
        bool dryRun = options.Items("dryRun").Any(v => v.GetValue<string>() == "All");
        JsonObject gone = store.Delete(type, ns, name, dryRun, item => Check(type, item, options.At("preconditions")));
        if (!dryRun && options.Text("propagationPolicy") != "Orphan" && options.At("orphanDependents")?.GetValue<bool>() != true)
        {
            workloads.Deleted(type, gone);
        }

        return gone;
    }

    private static void Check(ResourceType type, JsonObject item, JsonNode? preconditions)
    {
        if (preconditions.Text("uid") is { } uid && uid != item.Uid())
        {
            throw ApiException.Precondition(
                type,
                item.Name(),
                $"the UID in the precondition ({uid}) does not match the UID in record ({item.Uid()}). The object might have been deleted and then recreated");
        }

        if (preconditions.Text("resourceVersion") is { } version && version != item.ResourceVersion())
        {
            throw ApiException.Precondition(
                type,
                item.Name(),
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({item.ResourceVersion()}). The object might have been modified");
        }
    }

    private static JsonObject Success(JsonObject details) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["details"] = details,
    };
}
