using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Tidegate.Impersonation;
using Tidegate.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace Tidegate.Proxy;

/// <summary>
/// What goes to the cluster and what comes back. The forwarder's own transformer is not called at all: it decides header by header what
/// it removes, and here the rule is the other way round.
/// </summary>
/// <remarks>
/// The last hop restates what all stages before it promised (see <see cref="ImpersonationInvariants"/>) and throws when something does not
/// hold; the forwarder then sends nothing.
/// </remarks>
internal sealed class RequestTransformer(RequestRecords records, ClusterTrouble troubles) : HttpTransformer
{
    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var exchange = httpContext.Features.GetRequiredFeature<ProxyExchange>();
        var upstream = exchange.Cluster!.Upstream;
        CopyHeaders(httpContext.Request, proxyRequest, exchange.Filtered);
        SetIdentity(proxyRequest, exchange, upstream);
        SetForwarding(httpContext, proxyRequest);
        KeepUpgradeMethod(httpContext, proxyRequest);
        if (exchange.Request!.IsConnection)
        {
            AtMostOnceHandler.MarkStream(proxyRequest);
        }

        proxyRequest.RequestUri = upstream.Address(AddressOf(exchange));
        var groups = exchange.Allowed is { Principal.Groups: { Count: > 0 } allowed } ? HeaderLineEncoding.Join(allowed) : null;
        if (ImpersonationInvariants.Violation(proxyRequest.Headers, exchange.Allowed, groups, upstream.Authorization()) is { } violation)
        {
            throw new InvalidOperationException($"Refusing to send a request: {violation}.");
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        var exchange = httpContext.Features.GetRequiredFeature<ProxyExchange>();
        troubles.Answered(exchange.Target.Cluster);
        if (exchange.SentAt is { } sentAt)
        {
            exchange.SentAt = null;
            records.Metrics.Answered(sentAt, exchange.Audit.Method, (int)proxyResponse.StatusCode);
        }

        if (await ShowsTroubleAsync(exchange, proxyResponse, cancellationToken) is { } trouble)
        {
            exchange.Audit.Outcome = trouble;
            await StatusResponse.WriteAsync(httpContext, StatusCodes.Status502BadGateway, trouble);
            return false;
        }

        if (UnacceptableResponse.Reason(httpContext, exchange, proxyResponse) is { } reason)
        {
            exchange.Audit.Outcome = reason;
            await StatusResponse.WriteAsync(httpContext, StatusCodes.Status502BadGateway, reason);
            return false;
        }

        ResponseHeaders.Copy(proxyResponse, httpContext.Response, exchange);
        var isOpenEnded = ResponseBody.IsOpenEnded(proxyResponse, exchange);
        var isLarge = RecordSizedBody.PaysFor(httpContext.Request, proxyResponse);
        ResponseBody.Wrap(httpContext, proxyResponse, exchange);
        if (proxyResponse.StatusCode == HttpStatusCode.SwitchingProtocols || (isOpenEnded && proxyResponse.IsSuccessStatusCode))
        {
            exchange.Stream = StreamKinds.Of(exchange.Request!);
            records.Metrics.StreamOpened(exchange.Stream.Value);
        }

        if (isOpenEnded && proxyResponse.StatusCode != HttpStatusCode.SwitchingProtocols)
        {
            // The forwarder holds back the headers until the first byte of the body; client-go's Watch() blocks on them.
            await httpContext.Response.Body.FlushAsync(cancellationToken);
        }
        else if (isLarge)
        {
            httpContext.Response.Body = new RecordSizedBody(httpContext.Response.BodyWriter);
        }

        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        var trailers = httpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        if (trailers is { IsReadOnly: false })
        {
            foreach (var (name, values) in proxyResponse.TrailingHeaders.NonValidated)
            {
                trailers[name] = new StringValues([.. values]);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Whether the cluster has refused the gate and not the person: passed on, its answer would send people after their own certificates and roles. What is
    /// proxied speaks for itself.
    /// </summary>
    /// <returns>What to say instead; null when the answer is about the person's request.</returns>
    private async ValueTask<string?> ShowsTroubleAsync(ProxyExchange exchange, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (name, upstream) = (exchange.Target.Cluster, exchange.Cluster!.Upstream);
        if (response.StatusCode == HttpStatusCode.Unauthorized && exchange.Request!.Subresource != "proxy")
        {
            records.Health.Found(name, upstream, new(FindingKind.CredentialRefused, "it answered 401 to a request"));
            return $"kubernetes cluster \"{name}\" does not accept the gate's credential; ask the gate's administrator";
        }

        if (await ImpersonationRefusal.ResourceAsync(exchange, response, cancellationToken) is { } resource)
        {
            records.Health.Found(name, upstream, new(FindingKind.MayNotImpersonate, resource));
            return $"kubernetes cluster \"{name}\" does not let the gate's account act for people; ask the gate's administrator";
        }

        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            records.Health.Served(name, upstream);
        }

        return null;
    }

    /// <summary>What the client asked, byte for byte, unless the answer has to be filtered.</summary>
    private static string AddressOf(ProxyExchange exchange) =>
        exchange.Filtered is { Asked.RawQuery: { Length: > 0 } query } ? (exchange.Target with { Query = query }).PathAndQuery : exchange.Target.PathAndQuery;

    private static void CopyHeaders(HttpRequest request, HttpRequestMessage proxyRequest, FilteredExchange? filtered)
    {
        if (filtered is not null)
        {
            // Without Accept-Encoding the cluster does not compress what would only be decompressed here.
            HeaderLines.Add(proxyRequest, "Accept", [filtered.Asked.Accept]);
        }

        KeepFraming(request, proxyRequest);
        foreach (var (name, values) in request.Headers)
        {
            if (!HeaderHygiene.IsForwarded(name) || (filtered is not null && IsSettled(name)))
            {
                continue;
            }

            if (name.Equals(WebSocketProtocols.Header, StringComparison.OrdinalIgnoreCase))
            {
                HeaderLines.Add(proxyRequest, name, WebSocketProtocols.WithoutBearer(values));
                continue;
            }

            HeaderLines.Add(proxyRequest, name, values);
        }
    }

    /// <summary>A validator of the client's would be one of the filtered answer, which the cluster does not know.</summary>
    private static bool IsSettled(string name) =>
        name.Equals("Accept", StringComparison.OrdinalIgnoreCase) || name.Equals("Accept-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("If-None-Match", StringComparison.OrdinalIgnoreCase) || name.Equals("Range", StringComparison.OrdinalIgnoreCase);

    /// <summary>A body with a length goes on with that length, every other body chunked.</summary>
    private static void KeepFraming(HttpRequest request, HttpRequestMessage proxyRequest)
    {
        if (proxyRequest.Content is { } content && request.ContentLength is { } length)
        {
            content.Headers.ContentLength = length;
        }
    }

    private static void SetIdentity(HttpRequestMessage proxyRequest, ProxyExchange exchange, UpstreamCluster upstream)
    {
        ClusterRequest.SetPrincipal(proxyRequest, exchange.Allowed!.Principal);
        ClusterRequest.SetCredential(proxyRequest, upstream);
    }

    private static void SetForwarding(HttpContext context, HttpRequestMessage proxyRequest)
    {
        if (context.Connection.RemoteIpAddress is { } address)
        {
            var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-For", plain.ToString());
        }
    }

    /// <summary>
    /// The forwarder turns every upgrade into a GET. Kubernetes decides by the method (<c>create</c> or <c>get</c> on pods/exec), and SPDY
    /// clients send POST.
    /// </summary>
    private static void KeepUpgradeMethod(HttpContext context, HttpRequestMessage proxyRequest)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            proxyRequest.Method = HttpMethod.Post;
        }
    }
}
