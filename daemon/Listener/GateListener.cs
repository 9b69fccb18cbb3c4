using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Tidegate.Listener;

/// <summary>One listening socket of the <see cref="AcceptGate"/>.</summary>
internal sealed partial class GateListener : IConnectionListener
{
    // accept(2) goes on failing for as long as the process has no file descriptor left.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly Socket socket;
    private readonly bool isOwn;
    private readonly SocketConnectionContextFactory contexts;
    private readonly AcceptGate gate;
    private readonly ILogger<GateListener> logger;
    private readonly CancellationTokenSource closing = new();

    /// <param name="isOwn">Whether the socket ends with this listener. An inherited one is not even closed: .NET disconnects a socket that it
    /// closes while it is in use, and that would disconnect the one that systemd keeps.</param>
    public GateListener(Socket socket, bool isOwn, SocketConnectionContextFactory contexts, AcceptGate gate, ILogger<GateListener> logger)
    {
        this.socket = socket;
        this.isOwn = isOwn;
        this.contexts = contexts;
        this.gate = gate;
        this.logger = logger;
        EndPoint = socket.LocalEndPoint!;
        Probe = new((IPEndPoint)EndPoint, gate.Time);
    }

    public EndPoint EndPoint { get; }

    public ListenerProbe Probe { get; }

    /// <summary>Whether it was told to accept nothing more.</summary>
    public bool IsClosed => closing.IsCancellationRequested;

    public void Close() => closing.Cancel();

    /// <returns>Null when the listener is closed.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await NextAsync() is { } accepted)
        {
            if (Probe.Recognises(accepted))
            {
                accepted.Dispose();
                continue;
            }

            try
            {
                accepted.NoDelay = true;
                var connection = contexts.Create(accepted);
                gate.Connections.Add(connection);
                return connection;
            }
            catch (SocketException)
            {
                // The client is gone already.
                accepted.Dispose();
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        Close();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private async Task<Socket?> NextAsync()
    {
        while (true)
        {
            try
            {
                return IsClosed ? Rest() : await socket.AcceptAsync(closing.Token);
            }
            catch (OperationCanceledException)
            {
                // Closed: what already waits at a socket of our own would be reset.
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The client left while it waited.
            }
            catch (SocketException e)
            {
                Log.NotAccepted(logger, EndPoint, e.Message);
                await Task.Delay(PauseAfterFailure, gate.Time, CancellationToken.None);
            }
        }
    }

    /// <summary>One that waited at an own socket when it was closed; null, and the socket is gone, when there is none left.</summary>
    private Socket? Rest()
    {
        if (!isOwn || socket.SafeHandle.IsClosed)
        {
            return null;
        }

        if (socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            return socket.Accept();
        }

        socket.Dispose();
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Listener + 1, LogLevel.Error, "A connection to {EndPoint} cannot be accepted: {Reason}")]
        public static partial void NotAccepted(ILogger logger, EndPoint endPoint, string reason);
    }
}
