using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Registry;

namespace Tidegate.Api;

/// <summary>
/// What a person asks the gate itself, over the same mutual TLS as the clusters: the clusters that the person may use (<c>GET /v1/kube_clusters</c>), what the person can do
/// (<c>POST /v1/access/list</c>) and why, or why not (<c>POST /v1/access/explain</c>). Who asks is always the certificate; nobody can ask for somebody else, and the answers know of no
/// cluster that the person may not enter.
/// </summary>
internal static class PersonApi
{
    private const string Prefix = "/v1/";

    public const int LongestQuestion = 64 * 1024;

    public static bool Serves(string rawTarget) => rawTarget.StartsWith(Prefix, StringComparison.Ordinal);

    /// <returns>Why it was refused, for the audit record; null when it was answered.</returns>
    public static Task<string?> HandleAsync(HttpContext context, ClientIdentity identity, ClusterRegistry registry, RegistrySnapshot snapshot, DateTimeOffset now)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var (method, answer) = target switch
        {
            "/v1/kube_clusters" => (HttpMethods.Get, () => WriteAsync(context, new KubeClusterList(ClustersOf(identity, snapshot, now)), ApiJson.Default.KubeClusterList)),
            "/v1/access/list" => (HttpMethods.Post, () => AnswerAsync(context, identity, asked =>
                WriteAsync(context, AccessAnswers.List(registry.Evaluate(snapshot.State), identity, asked.Cluster, now), ApiJson.Default.AccessListView))),
            "/v1/access/explain" => (HttpMethods.Post, () => AnswerAsync(context, identity, asked => asked.Action is null
                ? WriteFailureAsync(context, StatusCodes.Status400BadRequest, "the question names no action")
                : WriteAsync(
                    context, AccessAnswers.Explain(registry.Evaluate(snapshot.State), snapshot, identity, asked, hides: true, now), ApiJson.Default.ExplainView))),
            _ => ((string?)null, (Func<Task<string?>>)(async () =>
            {
                await WriteFailureAsync(context, StatusCodes.Status404NotFound, "nothing is served here; the clusters that you may use are at /v1/kube_clusters");
                return "no such path";
            })),
        };
        return method is null || HttpMethods.Equals(context.Request.Method, method)
            ? answer()
            : WriteFailureAsync(context, StatusCodes.Status405MethodNotAllowed, $"only {method} is served here");
    }

    private static async Task<string?> AnswerAsync(HttpContext context, ClientIdentity identity, Func<AccessRequest, Task<string?>> answer)
    {
        try
        {
            var asked = await JsonSerializer.DeserializeAsync(context.Request.Body, ApiJson.Default.AccessRequest, context.RequestAborted);
            return await (asked switch
            {
                null => WriteFailureAsync(context, StatusCodes.Status400BadRequest, "the request's body is empty"),
                { User: var user } when user != identity.User =>
                    WriteFailureAsync(context, StatusCodes.Status403Forbidden, $"you are \"{identity.User}\" and may ask for yourself only; administrators ask at the daemon's socket"),
                { Revision: not null } or { Files: not null } =>
                    WriteFailureAsync(context, StatusCodes.Status403Forbidden, "only the rules in force answer here; administrators ask about others at the daemon's socket"),
                _ => answer(asked),
            });
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return await WriteFailureAsync(context, StatusCodes.Status400BadRequest, $"the request's body is not understood: {e.Message}");
        }
    }

    private static async Task<string?> WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);
        return null;
    }

    private static IReadOnlyList<KubeClusterItem> ClustersOf(ClientIdentity identity, RegistrySnapshot snapshot, DateTimeOffset now)
    {
        var items = new List<KubeClusterItem>();
        foreach (var (name, cluster) in snapshot.Clusters.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (snapshot.Policy.GrantOn(identity, name, cluster.Labels, now) is { } grant)
            {
                items.Add(new(name, cluster.Labels.ToDictionary(), grant.Users, grant.Groups));
            }
        }

        return items;
    }

    private static async Task<string?> WriteFailureAsync(HttpContext context, int code, string message)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(KubernetesStatus.Failure(code, message), context.RequestAborted);
        return message;
    }
}
