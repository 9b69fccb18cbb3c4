using Microsoft.AspNetCore.Http.Features;
using Tidegate.Access;
using Tidegate.Api;
using Tidegate.Audit;
using Tidegate.Impersonation;
using Tidegate.Kubernetes;
using Tidegate.Limits;
using Tidegate.Metrics;
using Tidegate.Paging;
using Tidegate.Registry;

namespace Tidegate.Proxy;

/// <summary>
/// The path of a request through the gate, as one list: audit, identify, route, parse, admit, decide, forward. Each stage either adds what it found
/// out to the <see cref="ProxyExchange"/> or answers and stops; audit is outermost, so a refusal is recorded like a success.
/// </summary>
internal sealed partial class ProxyPipeline
{
    private readonly ClusterRegistry registry;
    private readonly InFlight inFlight;
    private readonly PersonLimits limits;
    private readonly Forwarding forwarding;
    private readonly AuditLog audit;
    private readonly ProxyMetrics metrics;
    private readonly ObjectStages objects;
    private readonly TimeProvider time;
    private readonly ILogger<ProxyPipeline> logger;

    public ProxyPipeline(
        ClusterRegistry registry, InFlight inFlight, Forwarding forwarding, RequestRecords records, SealInUse seal, TimeProvider time, ILogger<ProxyPipeline> logger)
    {
        this.registry = registry;
        this.inFlight = inFlight;
        limits = inFlight.Limits;
        this.forwarding = forwarding;
        audit = records.Audit;
        metrics = records.Metrics;
        objects = new(time, seal);
        this.time = time;
        this.logger = logger;
    }

    public async Task HandleAsync(HttpContext context)
    {
        var startedAt = time.GetTimestamp();
        metrics.RequestStarted();
        var exchange = ProxyExchange.Open(context, registry.Current, time);
        try
        {
            await RunStagesAsync(context, exchange);
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            Log.Failed(logger, e, exchange.Audit.RequestId);
            await FailAsync(context, exchange);
        }
        catch (OperationCanceledException)
        {
            exchange.Audit.Outcome ??= Forwarding.ClientClosed;
        }
        finally
        {
            exchange.Connection?.Dispose();
            exchange.Share?.Dispose();
            Close(context, exchange, time.GetElapsedTime(startedAt));
        }
    }

    private async Task RunStagesAsync(HttpContext context, ProxyExchange exchange)
    {
        var refusal = AuditIsOpen()
            ?? Identify(context, exchange)
            ?? Route(context, exchange)
            ?? Parse(context, exchange)
            ?? RequestAdmission.Admit(context, exchange, limits)
            ?? await objects.FindFactsAsync(context, exchange)
            ?? Decide(exchange)
            ?? ConnectionAdmission.Admit(exchange, inFlight.Connections)
            ?? await objects.PrepareAsync(context, exchange);
        if (refusal is not null)
        {
            await RefuseAsync(context, exchange, refusal);
            return;
        }

        if (exchange.Cluster is null)
        {
            if (await PersonRequests.AnswerAsync(context, exchange, registry, time.GetUtcNow()) is { } unread)
            {
                await RefuseAsync(context, exchange, unread);
            }

            return;
        }

        inFlight.Add(exchange);
        try
        {
            if (!ReferenceEquals(registry.Current, exchange.Snapshot))
            {
                // A state that came into force between the decision and this line has not seen the exchange.
                inFlight.Revise(exchange);
            }

            await CarryOutAsync(context, exchange);
        }
        finally
        {
            inFlight.Remove(exchange);
        }
    }

    /// <summary>By the gate itself where that is how the rules are kept, else by the cluster: what most requests come to at once, without a state machine of their own.</summary>
    private Task CarryOutAsync(HttpContext context, ProxyExchange exchange)
    {
        var answering = objects.TryAnswerAsync(context, exchange);
        return answering.IsCompletedSuccessfully ? FinishAsync(answering.Result, context, exchange) : WaitAsync(answering, context, exchange);
    }

    private async Task WaitAsync(ValueTask<OwnAnswer> answering, HttpContext context, ProxyExchange exchange) =>
        await FinishAsync(await answering, context, exchange);

    private Task FinishAsync(OwnAnswer answer, HttpContext context, ProxyExchange exchange) => answer switch
    {
        { Refusal: { } refusal } => RefuseAsync(context, exchange, refusal),
        { IsAnswered: true } => Task.CompletedTask,
        _ => forwarding.ForwardAsync(context, exchange),
    };

    private async Task RefuseAsync(HttpContext context, ProxyExchange exchange, Refusal refusal)
    {
        metrics.RequestRefused(refusal.Class);
        exchange.Audit.Outcome ??= refusal.Reason;
        await StatusResponse.WriteAsync(context, refusal);
    }

    private Refusal? AuditIsOpen() => audit.MayProceed()
        ? null
        : new(StatusCodes.Status500InternalServerError, "the audit record of this request cannot be written, so it is refused; ask the gate's administrator", "audit failure");

    private Refusal? Identify(HttpContext context, ProxyExchange exchange)
    {
        var (identity, refusal) = ConnectionIdentity.Of(context);
        exchange.Identity = exchange.Audit.Identity = identity;
        if (exchange.Client?.EndReason is { } ended)
        {
            return Refusal.Of(StatusCodes.Status401Unauthorized, ended);
        }

        if (identity?.NotAfter <= time.GetUtcNow())
        {
            // The handshake looked at the dates once; a connection may outlive them.
            const string expired = "the client certificate has expired";
            return new(StatusCodes.Status401Unauthorized, expired, expired);
        }

        return identity is not null ? null : new(StatusCodes.Status401Unauthorized, refusal!, refusal!);
    }

    private static Refusal? Route(HttpContext context, ProxyExchange exchange)
    {
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!ClusterPath.IsSendable(rawTarget))
        {
            return Refusal.BadRequest("the request target must be a path of printable ASCII characters");
        }

        if (RequestFraming.Violation(context.Request) is { } violation)
        {
            return Refusal.BadRequest(violation);
        }

        if (!ClusterPath.TryParse(rawTarget, out var target))
        {
            return PersonApi.Serves(rawTarget)
                ? null
                : new(StatusCodes.Status404NotFound, "nothing is served here; a cluster's API is at https://GATE/clusters/NAME/ (kubectl proxy needs --append-server-path)", "no such path");
        }

        exchange.Target = target;
        exchange.Audit.Cluster = target.Cluster;
        return LoopCheck.Find(context, exchange);
    }

    private static Refusal? Parse(HttpContext context, ProxyExchange exchange)
    {
        if (exchange.Target.Cluster is null)
        {
            return null;
        }

        var method = RequestFraming.EffectiveMethod(context);
        var (info, refusal) = RequestInfoParser.Parse(method, exchange.Target.Path, exchange.Target.Query ?? "");
        if (info is null)
        {
            return Refusal.BadRequest(refusal!);
        }

        var isUpgrade = ClientUpgrade.IsAsked(context);
        var isApply = context.Request.ContentType?.Contains("apply-patch", StringComparison.OrdinalIgnoreCase) == true;
        exchange.Request = exchange.Audit.Request = isUpgrade || isApply ? info with { IsUpgrade = isUpgrade, IsApply = isApply } : info;
        exchange.Asked = ImpersonationHeaders.Read(context.Request.Headers);
        StreamParameters.Describe(exchange);
        return null;
    }

    private Refusal? Decide(ProxyExchange exchange)
    {
        if (exchange.Target.Cluster is null)
        {
            return null;
        }

        var cluster = exchange.Snapshot.Clusters.GetValueOrDefault(exchange.Target.Cluster);
        var decision = Authorization.Decide(exchange, exchange.Snapshot, cluster, time.GetUtcNow());
        exchange.Audit.Decision = decision;
        if (decision is AccessDenied denied)
        {
            return new(denied.Code, denied.Message, denied.Explanation) { Action = denied.Action };
        }

        exchange.Decided = exchange.Allowed = (AccessAllowed)decision;
        exchange.Cluster = cluster;
        exchange.Audit.ClusterLabels = cluster!.Labels;
        return null;
    }

    private async Task FailAsync(HttpContext context, ProxyExchange exchange)
    {
        exchange.Audit.Outcome ??= "internal error";
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        metrics.RequestRefused(RefusalReason.Internal);
        await StatusResponse.WriteAsync(
            context, StatusCodes.Status500InternalServerError, $"internal error of the gate; its log names request {exchange.Audit.RequestId}");
    }

    private void Close(HttpContext context, ProxyExchange exchange, TimeSpan duration)
    {
        var record = exchange.Audit;
        record.Outcome ??= exchange.EndReason;
        record.ResponseCode = context.Response.HasStarted || !context.RequestAborted.IsCancellationRequested ? context.Response.StatusCode : 0;
        record.Duration = duration;
        (record.ObjectsShown, record.ObjectsWithheld) = exchange.Filtered?.Counts ?? (null, null);
        Count(exchange);
        if (!audit.Write(record, AuditStage.End) && exchange.IsForwarded)
        {
            // The cluster's answer is under way; what can still be refused is its end. The gate's own refusals may arrive.
            context.Abort();
        }
    }

    private void Count(ProxyExchange exchange)
    {
        var record = exchange.Audit;
        if (exchange.Stream is { } kind)
        {
            metrics.StreamEnded(kind, record.Method, record.ResponseCode, record.Duration);
        }
        else
        {
            metrics.RequestEnded(record.Method, record.ResponseCode, record.Duration, record.BytesSent);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Proxy + 2, LogLevel.Error, "Request {RequestId} failed inside the gate")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId);
    }
}
