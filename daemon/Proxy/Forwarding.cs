using System.Net;
using Tidegate.Audit;
using Tidegate.Metrics;
using Tidegate.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace Tidegate.Proxy;

/// <summary>Hands an allowed request to the forwarder and turns what goes wrong into an answer that kubectl can print.</summary>
internal sealed partial class Forwarding(IHttpForwarder forwarder, RequestRecords records, ClusterTrouble trouble, ILogger<Forwarding> logger)
{
    /// <summary>The audit record's reason for a request that its own client gave up.</summary>
    public const string ClientClosed = "the client closed the request";

    /// <summary>
    /// HTTP/1.1 exactly, and no activity timeout: an idle watch or port-forward is alive. The kernel finds dead peers, see DeadPeers.
    /// </summary>
    private static readonly ForwarderRequestConfig Config = new()
    {
        ActivityTimeout = Timeout.InfiniteTimeSpan,
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private readonly RequestTransformer transformer = new(records, trouble);

    public async Task ForwardAsync(HttpContext context, ProxyExchange exchange)
    {
        if (exchange.Request!.IsLongRunning && !records.Audit.Write(exchange.Audit, AuditStage.Start))
        {
            records.Metrics.RequestRefused(RefusalReason.Audit);
            exchange.Audit.Outcome = "audit failure";
            await StatusResponse.WriteAsync(
                context, StatusCodes.Status500InternalServerError, "the audit record of this stream cannot be written, so it is refused");
            return;
        }

        exchange.IsForwarded = true;
        RequestBody.Count(context, exchange);
        var upstream = exchange.Cluster!.Upstream;
        exchange.SentAt = records.Metrics.Sent();
        var failure = ClientFailure.BrokenOff;
        using var client = UpgradedClient.Of(context, exchange.Time);
        try
        {
            var error = await forwarder.SendAsync(context, upstream.Origin, upstream.Invoker, Config, transformer, exchange.Ended);
            if (error != ForwarderError.None)
            {
                failure = await ExplainAsync(context, exchange, error);
            }
        }
        finally
        {
            if (exchange.SentAt is not null)
            {
                records.Metrics.NotAnswered(failure);
            }
        }
    }

    /// <returns>Why there was no answer, if there was none.</returns>
    private async Task<ClientFailure> ExplainAsync(HttpContext context, ProxyExchange exchange, ForwarderError error)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (IsEnded(error))
        {
            exchange.Audit.Outcome ??= exchange.EndReason ?? ClientClosed;
            if (exchange.EndReason is not null && context.Response.HasStarted)
            {
                // It did not come to a clean end in time: the client does not read.
                context.Abort();
            }
            else if (exchange.EndReason is not null && !context.RequestAborted.IsCancellationRequested)
            {
                await AnswerAsync(context, exchange.EndCode, exchange.EndReason);
            }

            return ClientFailure.Cancelled;
        }

        if (error == ForwarderError.RequestCreation)
        {
            Log.NotSent(logger, exception, exchange.Audit.RequestId);
            exchange.Audit.Outcome = "the gate's own checks stopped the request before it was sent";
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, "internal error of the gate: the request was not sent");
            return ClientFailure.Cancelled;
        }

        var (code, why) = ClusterFailure.Describe(error, exception, exchange.Target.Cluster);
        exchange.Audit.Outcome ??= why;
        if (code >= StatusCodes.Status500InternalServerError && exchange.Stream is null)
        {
            // How a stream ends is no failure of its cluster, which has answered: programs are killed, watches are cut. If it is one, the next request will tell.
            trouble.Failed(exchange.Target.Cluster, why);
        }

        if (code == StatusCodes.Status503ServiceUnavailable)
        {
            records.Health.Found(exchange.Target.Cluster, exchange.Cluster!.Upstream, new(FindingKind.Unreachable, why));
        }

        await AnswerAsync(context, code, why);
        return code switch
        {
            StatusCodes.Status503ServiceUnavailable => ClientFailure.Offline,
            StatusCodes.Status504GatewayTimeout => ClientFailure.Timeout,
            StatusCodes.Status502BadGateway => ClientFailure.BrokenOff,
            _ => ClientFailure.Cancelled,
        };
    }

    /// <summary>
    /// Whether the client or the gate ended the request. The connection's own state does not tell: the forwarder aborts it when the cluster
    /// breaks off, so that half a response is not taken for a whole one.
    /// </summary>
    private static bool IsEnded(ForwarderError error) => error is
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
        or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled
        or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient;

    private static async Task AnswerAsync(HttpContext context, int code, string message)
    {
        if (!context.Response.HasStarted)
        {
            await StatusResponse.WriteAsync(context, code, message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Proxy + 4, LogLevel.Error, "Request {RequestId} was stopped before it was sent")]
        public static partial void NotSent(ILogger logger, Exception? exception, string requestId);
    }
}
