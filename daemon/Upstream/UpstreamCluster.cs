using System.Net;
using System.Net.Sockets;
using System.Text;
using Tidegate.Kubernetes;
using Tidegate.Limits;

namespace Tidegate.Upstream;

/// <summary>
/// The way to one cluster with one credential: its connections and what every request to it carries. Identity is in the headers of each
/// request, so one pool serves everybody. The pool is made at the first request and let go when nobody used it for a while, since a gate may know thousands of clusters.
/// </summary>
/// <remarks>
/// HTTP/1.1 exactly: HTTP/2 cannot carry one line per group (see <see cref="HeaderLineEncoding"/>), and upgrades need HTTP/1.1 anyway.
/// A cluster that is dropped keeps what is in flight; its idle connections close by themselves after the idle timeout.
/// </remarks>
internal sealed class UpstreamCluster
{
    // For a descriptor: a moment, since what holds one may be about to end; who waits holds a client's.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly BearerToken token;
    private readonly string basePath;
    private readonly TimeProvider time;
    private HttpMessageInvoker? invoker;
    private long usedAt;
    private ClusterConditions conditions = ClusterConditions.Unknown;

    public UpstreamCluster(ClusterCredential credential, UpstreamOptions options, TimeProvider time)
    {
        Credential = credential;
        Options = options;
        Origin = credential.Server.GetLeftPart(UriPartial.Authority);
        basePath = credential.Server.AbsolutePath.TrimEnd('/');
        token = new BearerToken(credential, time);
        this.time = time;
    }

    public ClusterCredential Credential { get; }

    public UpstreamOptions Options { get; }

    /// <summary>Scheme and authority of the API server.</summary>
    public string Origin { get; }

    /// <summary>Sends requests, each at most once but for what only reads; never follows a redirect, never decodes a body, keeps no cookie.</summary>
    public HttpMessageInvoker Invoker
    {
        get
        {
            Volatile.Write(ref usedAt, time.GetTimestamp());
            return Volatile.Read(ref invoker) ?? Create();
        }
    }

    /// <summary>What is known of the cluster.</summary>
    public ClusterConditions Conditions => Volatile.Read(ref conditions);

    /// <summary>Takes note of what was found out.</summary>
    /// <returns>The conditions before.</returns>
    public ClusterConditions Observe(ClusterFinding finding)
    {
        while (true)
        {
            var before = Conditions;
            if (Interlocked.CompareExchange(ref conditions, before.After(finding, time.GetUtcNow()), before) == before)
            {
                return before;
            }
        }
    }

    /// <summary>Lets go of the pool when it was not used for so long; what is in flight on its connections goes on, and its idle connections close by themselves.</summary>
    public void ReleaseIfIdle(TimeSpan after)
    {
        if (Volatile.Read(ref invoker) is not null && time.GetElapsedTime(Volatile.Read(ref usedAt)) > after)
        {
            Volatile.Write(ref invoker, null);
        }
    }

    /// <summary>A way to the cluster for a few requests of the gate's own, whose connections close with it.</summary>
    public HttpMessageInvoker CreateShortLived() => new(new AtMostOnceHandler(
        CreateHandler(Credential, Options, time, forStreams: false), () => CreateHandler(Credential, Options, time, forStreams: true)));

    /// <summary>The value of <c>Authorization</c> for this cluster, null for none.</summary>
    public string? Authorization() => token.Current();

    /// <summary>The <c>Host</c> to send when it differs from the address; it is also the name that the server's certificate must carry.</summary>
    public string? HostOverride => Credential.TlsServerName;

    /// <summary>The address of a request, byte for byte below the server's own path.</summary>
    /// <param name="pathAndQuery">Begins with <c>/</c>.</param>
    public Uri Address(string pathAndQuery) => RawTarget.Create(Origin, basePath.Length == 0 ? pathAndQuery : basePath + pathAndQuery);

    private HttpMessageInvoker Create()
    {
        var made = CreateShortLived();
        if (Interlocked.CompareExchange(ref invoker, made, null) is not { } other)
        {
            return made;
        }

        made.Dispose();
        return other;
    }

    /// <param name="forStreams">Whether each connection is for one request only, which may be a stream.</param>
    private static SocketsHttpHandler CreateHandler(ClusterCredential credential, UpstreamOptions options, TimeProvider time, bool forStreams)
    {
        var handler = CreateHandler(credential, options);
        var check = new AddressCheck(credential, options.Addresses);
        handler.ConnectCallback = (context, cancellationToken) => ConnectAsync(check, options, context, cancellationToken);
        if (forStreams)
        {
            handler.PooledConnectionLifetime = TimeSpan.Zero;
        }

        if (options.Metrics is { } metrics)
        {
            var timer = new ConnectionTimer(metrics, time);
            var connect = handler.ConnectCallback;
            handler.ConnectCallback = (context, cancellationToken) => timer.ConnectAsync(context, connect, cancellationToken);
            handler.PlaintextStreamFilter = timer.SecuredAsync;
        }

        return handler;
    }

    private static SocketsHttpHandler CreateHandler(ClusterCredential credential, UpstreamOptions options) => new()
    {
        SslOptions = ClusterTrust.OptionsFor(credential),
        UseProxy = credential.ProxyUrl is not null,
        Proxy = credential.ProxyUrl is { } proxy ? new WebProxy(proxy) : null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionIdleTimeout = options.IdleTimeout,
        MaxResponseHeadersLength = 1024,
        RequestHeaderEncodingSelector = HeaderLines.EncodingFor,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
    };

    private static async ValueTask<Stream> ConnectAsync(
        AddressCheck check, UpstreamOptions options, SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await check.ResolveAsync(context.DnsEndPoint, cancellationToken);
        var place = options.Descriptors is null ? null : await options.Descriptors.TakeAsync(DescriptorUse.Cluster, Patience, cancellationToken) ?? throw new NoDescriptorException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new ClusterStream(socket, options.DeadPeers.Watch(socket), place);
        }
        catch
        {
            socket.Dispose();
            place?.Dispose();
            throw;
        }
    }

    /// <summary>Gives the place of its descriptor back when the socket is closed, which nobody looks after any more.</summary>
    private sealed class ClusterStream(Socket socket, IDisposable watched, IDisposable? place) : NetworkStream(socket, ownsSocket: true)
    {
        protected override void Dispose(bool disposing)
        {
            watched.Dispose();
            base.Dispose(disposing);
            place?.Dispose();
        }
    }
}
