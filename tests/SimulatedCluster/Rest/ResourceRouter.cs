using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Identity;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Pods;
using Tidegate.Simulation.Recording;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>From a resource request to the endpoint that answers it.</summary>
internal sealed class ResourceRouter(ObjectStore store, Workloads workloads, Authorizer authorizer, WatchEndpoint watches, PodEndpoint pods, TimeProvider time)
{
    private readonly ObjectEndpoint objects = new(store, workloads, authorizer, time);
    private readonly DeleteEndpoint deletes = new(store, workloads, time);
    private readonly ListEndpoint lists = new(store, time);
    private readonly MetricsEndpoint metrics = new(store, time);
    private readonly Reviews reviews = new(authorizer);

    public ResourceCatalog Catalog => store.Catalog;

    /// <summary>Cancelled to end all watches and log streams.</summary>
    public CancellationToken Closing { get; set; }

    /// <summary>Called with each token that was made for a service account, and whose it is.</summary>
    public required Action<string, Caller> AcceptToken { get; init; }

    public Task AnswerAsync(HttpContext context, ApiRequest request, Caller caller, RecordedRequest record)
    {
        ResourceType type = Catalog.Find(request.Group, request.Version, request.Resource) ?? throw ApiException.NoSuchResource();
        RequirePath(request, type);
        if (type == ResourceTypes.PodMetrics || type == ResourceTypes.NodeMetrics)
        {
            return type.Serves(request.Verb) ? metrics.AnswerAsync(context, request, type, lists) : throw MethodNotAllowed();
        }

        if (type.IsReview)
        {
            return request.Verb == "create" ? reviews.AnswerAsync(context, type, caller, record) : throw MethodNotAllowed();
        }

        if (request.Subresource.Length > 0)
        {
            return Array.Exists(type.Subresources, s => s.Name == request.Subresource)
                ? AnswerSubresourceAsync(context, request, type, record)
                : throw ApiException.NoSuchResource();
        }

        return request.Verb switch
        {
            "list" => lists.AnswerAsync(context, request, type),
            "watch" => watches.AnswerAsync(context, request, type, Closing),
            "get" => objects.GetAsync(context, request, type),
            "create" => objects.CreateAsync(context, request, type, record),
            "update" => objects.UpdateAsync(context, request, type, record),
            "patch" => objects.PatchAsync(context, request, type, record),
            "delete" => deletes.DeleteAsync(context, request, type, record),
            "deletecollection" => deletes.DeleteCollectionAsync(context, request, type, record),
            _ => throw MethodNotAllowed(),
        };
    }

    private Task AnswerSubresourceAsync(HttpContext context, ApiRequest request, ResourceType type, RecordedRequest record) => (request.Subresource, request.Verb) switch
    {
        ("log", "get") => pods.LogAsync(context, request, Closing),
        ("exec" or "attach", "get" or "create") => pods.RemoteCommandAsync(context, request, Closing),
        ("portforward", "get" or "create") => pods.PortForwardAsync(context, request, Closing),
        ("proxy", _) => AnswerProxyAsync(context, request),
        ("scale", "get" or "update" or "patch") => new ScaleEndpoint(store, workloads, objects).AnswerAsync(context, request, type, record),
        ("eviction", "create") => deletes.DeleteAsync(context, request, type, record),
        ("token", "create") => AnswerTokenAsync(context, request, type),
        ("finalize", "update") => objects.GetAsync(context, request, type),
        ("status" or "ephemeralcontainers", "get") => objects.GetAsync(context, request, type),
        ("status" or "ephemeralcontainers", "update") => objects.UpdateAsync(context, request, type, record),
        ("status" or "ephemeralcontainers", "patch") => objects.PatchAsync(context, request, type, record),
        _ => throw MethodNotAllowed(),
    };

    /// <summary>
    /// A path has a namespace where its type has one. Without one a namespaced type is listed and watched over all namespaces, and nothing else.
    /// The old proxy prefix has no handler any more.
    /// </summary>
    private static void RequirePath(ApiRequest request, ResourceType type)
    {
        bool fits = type.Namespaced == (request.Namespace.Length > 0) || type == ResourceTypes.Namespaces || (type.Namespaced && request.Verb is "list" or "watch");
        if (request.Verb == "proxy" || (!fits && (request.Name.Length > 0 || !type.Namespaced)))
        {
            throw ApiException.NoSuchResource();
        }

        if (!fits)
        {
            throw MethodNotAllowed();
        }
    }

    private Task AnswerTokenAsync(HttpContext context, ApiRequest request, ResourceType type)
    {
        store.Get(type, request.Namespace, request.Name);
        string token = $"simulated.{NewObject.RandomSuffix(24)}";
        AcceptToken(token, new Caller($"system:serviceaccount:{request.Namespace}:{request.Name}", Caller.ServiceAccountGroups(request.Namespace)));
        return Reply.ObjectAsync(context, 201, type, new JsonObject
        {
            ["kind"] = "TokenRequest",
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["metadata"] = new JsonObject { ["name"] = request.Name, ["namespace"] = request.Namespace },
            ["spec"] = new JsonObject { ["audiences"] = new JsonArray("simulated-cluster"), ["expirationSeconds"] = 3600, ["boundObjectRef"] = null },
            ["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = store.Timestamp },
        });
    }

    /// <summary>Stands for a proxied backend: answers with the request as it saw it.</summary>
    private static async Task AnswerProxyAsync(HttpContext context, ApiRequest request)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        await Reply.JsonAsync(context, 200, new JsonObject
        {
            ["backend"] = request.Name,
            ["method"] = context.Request.Method,
            ["rawTarget"] = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            ["bodyBytes"] = body.Length,
        });
    }

    private static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}
