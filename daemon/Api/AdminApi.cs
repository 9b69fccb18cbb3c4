using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tidegate.Explain;
using Tidegate.Registry;
using Tidegate.Sync;

namespace Tidegate.Api;

/// <summary>
/// What the command line asks the daemon over its unix socket. Every answer is JSON; an error is <c>{"error": "…"}</c> with 400 (bad question),
/// 404 (no such thing) or 409 (refused).
/// </summary>
internal sealed partial class AdminApi
{
    private const long MaxBody = 256 * 1024 * 1024;

    private readonly ClusterRegistry registry;
    private readonly SyncLoop sync;
    private readonly StatusReport status;
    private readonly Func<ReloadView> reload;
    private readonly TimeProvider time;
    private readonly ILogger<AdminApi> logger;

    /// <param name="reload">Reads the configuration again.</param>
    public AdminApi(ClusterRegistry registry, SyncLoop sync, StatusReport status, Func<ReloadView> reload, TimeProvider time, ILogger<AdminApi> logger)
    {
        this.time = time;
        this.registry = registry;
        this.sync = sync;
        this.status = status;
        this.reload = reload;
        this.logger = logger;
    }

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (AdminRequestException e)
        {
            await WriteAsync(context, new ErrorView(e.Message), ApiJson.Default.ErrorView, e.Code);
        }
        catch (TimeoutException e)
        {
            await WriteAsync(context, new ErrorView(e.Message), ApiJson.Default.ErrorView, 409);
        }
        catch (JsonException e)
        {
            await WriteAsync(context, new ErrorView($"the request's body is not understood: {e.Message}"), ApiJson.Default.ErrorView, 400);
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        return (context.Request.Method, path) switch
        {
            ("GET", "/v1/status") => WriteAsync(context, status.Now(), ApiJson.Default.StatusView),
            ("GET", "/v1/history") => WriteAsync(context, new HistoryView(sync.History(Limit(context)).Select(Views.Of).ToList()), ApiJson.Default.HistoryView),
            ("GET", "/v1/kube_clusters") => WriteAsync(context, Registered(), ApiJson.Default.KubeClusterList),
            ("POST", "/v1/sync") => SyncAsync(context),
            ("POST", "/v1/reload") => ReloadAsync(context),
            ("POST", "/v1/plan") => PlanAsync(context),
            ("POST", "/v1/access/explain") => AccessAsync(context, isExplain: true),
            ("POST", "/v1/access/list") => AccessAsync(context, isExplain: false),
            ("GET", _) when path.StartsWith("/v1/resources/", StringComparison.Ordinal) => ResourcesAsync(context, path["/v1/resources/".Length..]),
            _ => throw new AdminRequestException(404, $"nothing is served at {context.Request.Method} {path}"),
        };
    }

    private KubeClusterList Registered() =>
        new([.. registry.Current.Clusters.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new KubeClusterItem(c.Key, c.Value.Labels.ToDictionary(), [], []) { Health = ClusterConditionsView.Of(c.Value) })]);

    private Task ReloadAsync(HttpContext context)
    {
        Log.Asked(logger, PeerIdentity.Of(context).Uid, "reload");
        return WriteAsync(context, reload(), ApiJson.Default.ReloadView);
    }

    private async Task SyncAsync(HttpContext context)
    {
        Log.Asked(logger, PeerIdentity.Of(context).Uid, "sync");
        var confirmed = Commit(context, "confirm_removal", State.RemovalConfirmation.IsCommitId, State.RemovalConfirmation.Rule);
        var accepted = Commit(context, "accept_tag_move", TagMove.IsCommitName, TagMove.Rule);
        var result = await sync.SyncNowAsync(new("command", Confirms: confirmed) { AcceptsTagMove = accepted }, context.RequestAborted);
        if (accepted is not null && result.Notes.Any(n => n.Kind == PassNoteKind.TagMoved))
        {
            Log.TagMoveAccepted(logger, PeerIdentity.Of(context).Uid, result.Revision!.Short, result.Revision.Id);
        }

        var deleted = result.Plan.Changes.Count(c => c.Kind == State.ChangeKind.Delete);
        if (confirmed is not null && result.ConfirmationRefusal is null && result.Outcome == PassOutcome.Applied && deleted > 0)
        {
            Log.RemovalConfirmed(logger, PeerIdentity.Of(context).Uid, result.Revision!.Short, deleted, result.Revision.Id);
        }

        await WriteAsync(context, Views.Of(result), ApiJson.Default.PassView);
    }

    /// <summary>A commit that an option of the same name gives; null without it.</summary>
    private static string? Commit(HttpContext context, string name, Func<string, bool> isCommit, string rule) => (string?)context.Request.Query[name] switch
    {
        { } given when !isCommit(given) => throw new AdminRequestException(
            400, $"--{name.Replace('_', '-')} {Values.Printable.Line(given)}: {rule}; tidegate status names the one that waits"),
        var given => given,
    };

    private async Task PlanAsync(HttpContext context)
    {
        var request = await ReadAsync(context, ApiJson.Default.PlanRequest);
        var (range, error) = RevisionRange.Parse(request.Revision);
        var preview = await PreviewAsync(range ?? throw new AdminRequestException(400, error!), request.Files, request.Unread, context.RequestAborted);
        var access = AccessPlan.Compare(registry.Evaluate(preview.Before), registry.Evaluate(preview.After), time.GetUtcNow());
        await WriteAsync(context, Views.Of(preview, access), ApiJson.Default.PlanView);
    }

    private async Task AccessAsync(HttpContext context, bool isExplain)
    {
        var asked = await ReadAsync(context, ApiJson.Default.AccessRequest);
        var snapshot = registry.Current;
        var state = asked.Revision is null && asked.Files is null ? snapshot.State : (await PreviewAsync(new(null, asked.Revision), asked.Files, asked.Unread, context.RequestAborted)).After;
        var policy = registry.Evaluate(state);
        if (asked.Cluster is { } cluster && !policy.Clusters.ContainsKey(cluster))
        {
            throw new AdminRequestException(404, $"kubernetes cluster \"{cluster}\" not found");
        }

        var identity = KnownPersons.Identity(asked.User, [.. asked.Organizations ?? []], [.. asked.OrganizationalUnits ?? []]);
        if (!isExplain)
        {
            await WriteAsync(context, AccessAnswers.List(policy, identity, asked.Cluster, time.GetUtcNow()), ApiJson.Default.AccessListView);
            return;
        }

        if (asked.Action is null)
        {
            throw new AdminRequestException(400, "the question names no action");
        }

        await WriteAsync(context, AccessAnswers.Explain(policy, snapshot, identity, asked, hides: false, time.GetUtcNow()), ApiJson.Default.ExplainView);
    }

    private async Task<PlanPreview> PreviewAsync(
        RevisionRange range, IReadOnlyList<PlanFile>? files, IReadOnlyList<UnreadFile>? unread, CancellationToken cancellationToken)
    {
        var preview = files is not null
            ? sync.PreviewFiles([.. files.Select(f => (f.Path, f.Content))], [.. (unread ?? []).Select(u => new Values.Problem(u.Path, u.Line, 0, "", u.Message))])
            : await sync.PreviewRevisionAsync(range, cancellationToken);
        return preview.Error is { } error ? throw new AdminRequestException(409, error) : preview;
    }

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBody;
        }

        return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
            ?? throw new AdminRequestException(400, "the request's body is empty");
    }

    private Task ResourcesAsync(HttpContext context, string rest)
    {
        var parts = rest.Split('/', 2);
        var withSecrets = context.Request.Query["with_secrets"] == "true";
        var items = ResourceDocuments.Of(registry.Current.State, parts[0], withSecrets)
            ?? throw new AdminRequestException(404, $"there is no kind '{parts[0]}'; kinds are {string.Join(", ", ResourceDocuments.Kinds)}");
        if (parts.Length == 2)
        {
            var name = Uri.UnescapeDataString(parts[1]);
            items = [.. items.Where(i => (string?)i["metadata"]!["name"] == name)];
            if (items.Count == 0)
            {
                throw new AdminRequestException(404, $"{parts[0]} \"{name}\" not found");
            }
        }

        return WriteAsync(context, new ResourceListView(items), ApiJson.Default.ResourceListView);
    }

    private static int Limit(HttpContext context) =>
        int.TryParse(context.Request.Query["limit"], System.Globalization.CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : 20;

    private static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, int code = 200)
    {
        context.Response.StatusCode = code;
        return context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Api + 3, LogLevel.Information, "The user with uid {Uid} has accepted that the tag was moved to commit {Commit}")]
        public static partial void TagMoveAccepted(ILogger logger, int uid, string commit, string revision);

        [LoggerMessage(EventIds.Api + 1, LogLevel.Information, "The user with uid {Uid} has confirmed the removals of commit {Commit}; {Removed} resources are gone")]
        public static partial void RemovalConfirmed(ILogger logger, int uid, string commit, int removed, string revision);

        [LoggerMessage(EventIds.Api + 2, LogLevel.Information, "The user with uid {Uid} asks for a {Action}")]
        public static partial void Asked(ILogger logger, int uid, string action);
    }
}

/// <summary>A question that cannot be answered; the message is for the person at the command line.</summary>
internal sealed class AdminRequestException(int code, string message) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Code { get; } = code;
}
