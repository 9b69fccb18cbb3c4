using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Tidegate.Listener;

/// <summary>
/// Connections of one server that another one serves: what has limits of its own, or must have no way to the first server's application. It is the transport of the
/// second server.
/// </summary>
internal sealed class DivertedConnections : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> waiting = Channel.CreateUnbounded<ConnectionContext>();

    /// <summary>A name for the server; there is no address.</summary>
    public EndPoint EndPoint { get; } = new NoAddress();

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <summary>Lets the other server serve the connection, and returns when that is over.</summary>
    /// <param name="connection">After TLS.</param>
    /// <param name="atMost">How long until it is cut.</param>
    public async Task ServeAsync(ConnectionContext connection, TimeSpan atMost, TimeProvider time)
    {
        var diverted = new DivertedConnection(connection);
        diverted.Features.Set(diverted);
        if (!waiting.Writer.TryWrite(diverted))
        {
            return;
        }

        try
        {
            await diverted.Served.WaitAsync(atMost, time, connection.ConnectionClosed);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            diverted.Abort(new ConnectionAbortedException("the time of the connection is over"));
            await diverted.Served;
        }
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await waiting.Reader.WaitToReadAsync(cancellationToken) && waiting.Reader.TryRead(out var next) ? next : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private sealed class NoAddress : EndPoint
    {
        public override string ToString() => "diverted";
    }
}
