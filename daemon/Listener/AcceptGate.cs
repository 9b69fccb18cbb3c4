using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Tidegate.Limits;

namespace Tidegate.Listener;

/// <summary>
/// Where connections come in: listening sockets of this process's own, or those that systemd has opened and keeps open between one process and
/// the next. It can stop accepting while the connections that it has let in go on, which the server's own listener cannot.
/// </summary>
internal sealed class AcceptGate : IConnectionListenerFactory, IDisposable
{
    // The kernel cuts it to net.core.somaxconn.
    private const int Backlog = 4096;

    private readonly SocketTransportOptions options = new();
    private readonly SocketConnectionContextFactory contexts;
    private readonly List<GateListener> listeners = [];
    private readonly IReadOnlyList<Socket> inherited;

    /// <param name="inherited">Listening sockets that outlive this process; empty: it opens one at <paramref name="address"/>.</param>
    /// <param name="limits">What connections and their requests take a part of.</param>
    public AcceptGate(IPEndPoint address, IReadOnlyList<Socket> inherited, PersonLimits limits, TimeProvider time, ILoggerFactory loggers)
    {
        this.inherited = inherited;
        Limits = limits;
        Time = time;
        contexts = new(new(), loggers.CreateLogger<SocketConnectionContextFactory>());
        Refusals = new(time, loggers.CreateLogger<AcceptRefusals>());
        Handshakes = new(() => limits.Descriptors.Most / 2, time);
        Connections = new(Handshakes, time);
        Addresses = inherited.Count == 0 ? [address] : [.. inherited.Select(s => (IPEndPoint)s.LocalEndPoint!)];
    }

    /// <summary>What to listen on; a port of 0 becomes a real one with <see cref="BindAsync"/>.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; }

    /// <summary>Whether the sockets stay open, and clients wait at them, when this process is gone.</summary>
    public bool OutlivesProcess => inherited.Count > 0;

    /// <summary>What came in and is still open.</summary>
    public OpenConnections Connections { get; }

    /// <summary>Those among them that have not shown a certificate yet.</summary>
    public Handshakes Handshakes { get; }

    /// <summary>What could not be let in.</summary>
    public AcceptRefusals Refusals { get; }

    /// <summary>What connections and their requests take a part of.</summary>
    public PersonLimits Limits { get; }

    internal TimeProvider Time { get; }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = inherited.FirstOrDefault(s => endpoint.Equals(s.LocalEndPoint));
        var isOwn = socket is null;
        if (socket is null)
        {
            socket = options.CreateBoundListenSocket(endpoint);
            socket.Listen(Backlog);
        }

        var listener = new GateListener(socket, isOwn, contexts, this);
        listeners.Add(listener);
        return ValueTask.FromResult<IConnectionListener>(listener);
    }

    /// <summary>Whether it was told to accept nothing more.</summary>
    public bool IsClosed => listeners.Exists(l => l.IsClosed);

    /// <summary>Accepts nothing more. Connections that wait at an inherited socket stay there for the next process.</summary>
    public void Close() => listeners.ForEach(l => l.Close());

    /// <summary>Connects to each listener through the kernel and waits until its loop has seen the connection.</summary>
    /// <returns>Null when all accept, or when they do not for a good reason; else which one does not, and why.</returns>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        foreach (var listener in listeners)
        {
            // A loop that waits for handshakes to end is at work; they have a time limit.
            if (!listener.IsClosed && !listener.IsWaiting && await listener.Probe.TryAsync(cancellationToken) is { } failure && !listener.IsClosed && !listener.IsWaiting)
            {
                return $"the listener on {listener.EndPoint} does not accept connections: {failure}";
            }
        }

        return null;
    }

    public void Dispose()
    {
        Close();
        contexts.Dispose();
    }
}
