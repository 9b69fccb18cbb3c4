using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Tidegate.Sockets;

namespace Tidegate.Listener;

/// <summary>A connection that was accepted: how far it is, and whether it may be closed without a loss.</summary>
/// <param name="place">Its file descriptor's place in the budget; given back when the connection is over.</param>
internal sealed class OpenConnection(ConnectionContext context, IDisposable place, TimeProvider time) : IDisposable
{
    // A client that was asked to leave its other connections comes to this one within a moment, or has nothing to say. HTTP/1.1 has no way to close an
    // idle connection without the risk that a request crosses (RFC 9112, 9.5); what remains of it is the time that the end takes to the client.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    // A handshake over a slow network takes a few round trips; one that takes longer has come to nothing.
    private static readonly TimeSpan LongestHandshake = TimeSpan.FromSeconds(2);

    // What ends for the certificate's sake is over within a second, also for a client that goes on asking or does not read.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromMilliseconds(800);

    private readonly long acceptedAt = time.GetTimestamp();
    private long lastActivity = time.GetTimestamp();
    private int active;
    private volatile bool greeted;
    private volatile bool handshaken;
    private volatile bool isHttp2;
    private string? endReason;

    /// <summary>Who has it; null when the client is gone.</summary>
    public EndPoint? Client => context.RemoteEndPoint;

    /// <summary>What TLS and the server say of the connection.</summary>
    public IFeatureCollection Features => context.Features;

    /// <summary>Why it must end, and nothing more may be answered on it; null while it may go on.</summary>
    public string? EndReason => Volatile.Read(ref endReason);

    /// <summary>How long ago it was accepted.</summary>
    public TimeSpan Age => time.GetElapsedTime(acceptedAt);

    /// <summary>Whether its client has not said a word that TLS begins with.</summary>
    public bool IsSilent => !greeted;

    /// <summary>The client has begun its TLS handshake.</summary>
    public void Greeted() => greeted = true;

    /// <summary>The TLS handshake is done.</summary>
    public void Handshaken()
    {
        handshaken = true;
        Interlocked.Exchange(ref lastActivity, time.GetTimestamp());
    }

    /// <summary>Ends it without a word.</summary>
    public void Abort() => context.Abort();

    /// <summary>A request begins.</summary>
    public void Begin(bool overHttp2)
    {
        isHttp2 = overHttp2;
        Interlocked.Increment(ref active);
    }

    /// <summary>The answer to a request is complete.</summary>
    public void End()
    {
        Interlocked.Exchange(ref lastActivity, time.GetTimestamp());
        Interlocked.Decrement(ref active);
    }

    /// <summary>
    /// Asks the client to use another connection, by a GOAWAY of HTTP/2 while a request is under way: it arrives before the answer, so that no request
    /// crosses it. HTTP/1.1 says it in the answer's head instead.
    /// </summary>
    public void TurnOver()
    {
        if (isHttp2 && Volatile.Read(ref active) > 0)
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    /// <summary>
    /// Ends it: no request more, a GOAWAY over HTTP/2, and it is closed when what is under way has ended, at the latest after 800 ms. Later calls change nothing.
    /// </summary>
    /// <returns>False when it had been ended before.</returns>
    public bool End(string reason)
    {
        if (Interlocked.CompareExchange(ref endReason, reason, null) is not null)
        {
            return false;
        }

        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        _ = CutAsync(reason);
        return true;
    }

    /// <summary>Whether nothing is under way and nothing seems to be on its way: neither a request, nor a byte of one that the kernel alone has seen.</summary>
    /// <param name="clientQuiet">For how long its client has asked nothing on other connections either.</param>
    public bool MayClose(TimeSpan clientQuiet)
    {
        if (Volatile.Read(ref active) > 0)
        {
            return false;
        }

        var inactive = time.GetElapsedTime(Interlocked.Read(ref lastActivity));
        return handshaken
            ? inactive >= Quiet && clientQuiet >= Quiet && HasReceivedNothing()
            : inactive >= LongestHandshake;
    }

    /// <summary>Whether it was told to close.</summary>
    public bool IsClosing { get; private set; }

    /// <summary>Closes it, after what may have begun meanwhile; over HTTP/2 it says which requests were not looked at.</summary>
    public void Close()
    {
        IsClosing = true;
        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
    }

    /// <summary>
    /// Whether the kernel, too, has seen nothing of late: between the socket and the request there are buffers, TLS records and threads, and who looks at requests alone takes a connection for
    /// idle on which one has arrived. A connection without a socket, or with a closed one, has nothing to come.
    /// </summary>
    private bool HasReceivedNothing() =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket || TcpState.Of(socket) is not { } state || state.SinceReceived >= Quiet;

    private async Task CutAsync(string reason)
    {
        try
        {
            await Task.Delay(LongestEnd, time, context.ConnectionClosed);
            context.Abort(new ConnectionAbortedException(reason));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>It is over.</summary>
    public void Dispose() => place.Dispose();
}
