using System.Net;
using System.Net.Sockets;

namespace Tidegate.Listener;

/// <summary>
/// Asks a listener whether it accepts connections, the way a client would: through the kernel and the loop that accepts. The loop knows the probe
/// by its address and drops it before TLS, so that it leaves no trace in the audit log.
/// </summary>
internal sealed class ListenerProbe
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly IPEndPoint target;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim one = new(1);
    private volatile Pending? pending;

    /// <param name="listener">What the socket is bound to; may be a wildcard.</param>
    public ListenerProbe(IPEndPoint listener, TimeProvider time)
    {
        this.time = time;
        target = listener.Address switch
        {
            var any when any.Equals(IPAddress.Any) => new(IPAddress.Loopback, listener.Port),
            var any when any.Equals(IPAddress.IPv6Any) => new(IPAddress.IPv6Loopback, listener.Port),
            _ => listener,
        };
    }

    /// <returns>Null when the connection was accepted, else why it was not.</returns>
    public async Task<string?> TryAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        using var limit = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // A reset leaves nothing behind: no connection in TIME_WAIT for each probe.
            socket.LingerState = new(true, 0);
            // The address must be known before the loop can see the connection.
            socket.Bind(new IPEndPoint(target.Address, 0));
            var waiting = new Pending((IPEndPoint)socket.LocalEndPoint!, new(TaskCreationOptions.RunContinuationsAsynchronously));
            pending = waiting;
            await socket.ConnectAsync(target, either.Token);
            await waiting.Seen.Task.WaitAsync(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"a connection waited {Deadline.TotalSeconds:0} s";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        finally
        {
            pending = null;
            one.Release();
        }
    }

    /// <summary>Whether this connection is a probe; whoever waits for it learns that it came.</summary>
    public bool Recognises(Socket accepted)
    {
        if (pending is not { } waiting || !waiting.From.Equals(accepted.RemoteEndPoint))
        {
            return false;
        }

        waiting.Seen.TrySetResult();
        return true;
    }

    private sealed record Pending(IPEndPoint From, TaskCompletionSource Seen);
}
