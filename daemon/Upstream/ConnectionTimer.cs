using System.Net.Security;
using System.Runtime.CompilerServices;
using Tidegate.Metrics;

namespace Tidegate.Upstream;

/// <summary>
/// Times new connections to a cluster. The platform says when a connection stands and when its handshake is done, in two callbacks that share only the request
/// for which it opens the connection.
/// </summary>
internal sealed class ConnectionTimer(ConnectionMetrics metrics, TimeProvider time)
{
    private readonly ConditionalWeakTable<HttpRequestMessage, object> connectedAt = [];

    /// <summary>Opens a connection by <paramref name="connect"/> and times it.</summary>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var stream = await connect(context, cancellationToken);
        metrics.Connected(time.GetElapsedTime(started));
        connectedAt.AddOrUpdate(context.InitialRequestMessage, time.GetTimestamp());
        return stream;
    }

    /// <summary>Takes note that what the request will be written to is there; behind a proxy the tunnel's time is part of the handshake's.</summary>
    public ValueTask<Stream> SecuredAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken)
    {
        if (context.PlaintextStream is SslStream && connectedAt.TryGetValue(context.InitialRequestMessage, out var started))
        {
            connectedAt.Remove(context.InitialRequestMessage);
            metrics.Secured(time.GetElapsedTime((long)started));
        }

        return ValueTask.FromResult(context.PlaintextStream);
    }
}
