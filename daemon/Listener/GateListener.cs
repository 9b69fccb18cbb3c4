using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Tidegate.Limits;

namespace Tidegate.Listener;

/// <summary>One listening socket of the <see cref="AcceptGate"/>.</summary>
internal sealed class GateListener : IConnectionListener
{
    // accept(2) goes on failing for as long as the process has no file descriptor left.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseWhenFull = TimeSpan.FromMilliseconds(25);

    private readonly Socket socket;
    private readonly bool isOwn;
    private readonly SocketConnectionContextFactory contexts;
    private readonly AcceptGate gate;
    private readonly CancellationTokenSource closing = new();

    /// <param name="isOwn">Whether the socket ends with this listener. An inherited one is not even closed: .NET disconnects a socket that it
    /// closes while it is in use, and that would disconnect the one that systemd keeps.</param>
    public GateListener(Socket socket, bool isOwn, SocketConnectionContextFactory contexts, AcceptGate gate)
    {
        this.socket = socket;
        this.isOwn = isOwn;
        this.contexts = contexts;
        this.gate = gate;
        EndPoint = socket.LocalEndPoint!;
        Probe = new((IPEndPoint)EndPoint, gate.Time);
    }

    public EndPoint EndPoint { get; }

    public ListenerProbe Probe { get; }

    /// <summary>Whether it was told to accept nothing more.</summary>
    public bool IsClosed => closing.IsCancellationRequested;

    public void Close() => closing.Cancel();

    /// <summary>Whether it accepts nothing at this moment, because as many clients as may have not finished their handshakes.</summary>
    public bool IsWaiting { get; private set; }

    /// <returns>Null when the listener is closed.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await RoomAsync();
            if (await NextAsync() is not { } accepted)
            {
                return null;
            }

            if (Probe.Recognises(accepted))
            {
                accepted.Dispose();
            }
            else if (Admit(accepted) is { } connection)
            {
                return connection;
            }
        }
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

    private async ValueTask RoomAsync()
    {
        while (!gate.Handshakes.MakeRoom() && !IsClosed)
        {
            IsWaiting = true;
            await Task.Delay(PauseWhenFull, gate.Time, CancellationToken.None);
        }

        IsWaiting = false;
    }

    /// <returns>Null when there is no place for it, or its client is gone already.</returns>
    private ConnectionContext? Admit(Socket accepted)
    {
        if (gate.Limits.Descriptors.TryTake(DescriptorUse.Client) is not { } place)
        {
            // A reset: who is told at once can go to another gate.
            accepted.Close(0);
            gate.Refusals.NoDescriptor(EndPoint, gate.Limits.Descriptors.Most);
            return null;
        }

        try
        {
            accepted.NoDelay = true;
            var connection = contexts.Create(accepted);
            gate.Connections.Add(connection, place);
            gate.Refusals.Accepted();
            return connection;
        }
        catch (SocketException)
        {
            accepted.Dispose();
            place.Dispose();
            return null;
        }
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
                gate.Refusals.Failed(EndPoint, e.Message);
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
}
