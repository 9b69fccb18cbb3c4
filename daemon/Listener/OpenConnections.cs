using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tidegate.Listener;

/// <summary>
/// The connections that were accepted and are open. When the daemon is about to end, it makes them turn over: whoever has one learns with the next
/// answer that it should open another, which then waits for the next process.
/// </summary>
/// <param name="handshakes">Told of the handshakes that begin and end.</param>
internal sealed class OpenConnections(Handshakes handshakes, TimeProvider time)
{
    private readonly ConcurrentDictionary<ConnectionContext, OpenConnection> open = new(ReferenceEqualityComparer.Instance);
    private volatile Turnover? turnover;

    public int Count => open.Count;

    /// <summary>All of them, as they are now.</summary>
    public IEnumerable<OpenConnection> All => open.Select(c => c.Value);

    /// <summary>Whether there is none left but those that were told to close.</summary>
    public bool AreClosing => open.All(c => c.Value.IsClosing);

    /// <param name="place">What the connection takes; disposed at its end.</param>
    public void Add(ConnectionContext connection, IDisposable place)
    {
        var state = new OpenConnection(connection, place, time);
        connection.Features.Set(state);
        open[connection] = state;
        handshakes.Began(state);
    }

    /// <summary>Follows each connection to its end; before TLS.</summary>
    public void Follow(ListenOptions listen) => listen.Use(next => async connection =>
    {
        try
        {
            await next(connection);
        }
        finally
        {
            if (open.TryRemove(connection, out var state))
            {
                handshakes.Ended(state);
                state.Dispose();
            }
        }
    });

    /// <summary>Notices that a client has begun its handshake.</summary>
    public static void NoticeGreeting(ConnectionContext connection) => connection.Features.Get<OpenConnection>()?.Greeted();

    /// <summary>Notices the end of each handshake; after TLS.</summary>
    public void NoticeHandshake(ListenOptions listen) => listen.Use(next => connection =>
    {
        if (connection.Features.Get<OpenConnection>() is { } state)
        {
            state.Handshaken();
            handshakes.Ended(state);
        }

        return next(connection);
    });

    /// <summary>From now on every answer asks its client to use another connection.</summary>
    public void TurnOver()
    {
        turnover ??= new(open.Count, time);
        foreach (var (_, connection) in open)
        {
            connection.TurnOver();
        }
    }

    /// <summary>Once they turn over: closes a few of those on which nothing is under way, in no order.</summary>
    public void CloseQuiet()
    {
        if (turnover is not { } begun)
        {
            return;
        }

        foreach (var (_, connection) in open.Where(c => !c.Value.IsClosing && c.Value.MayClose(begun.QuietOf(c.Value.Client))).Take(begun.MostAtOnce))
        {
            connection.Close();
        }
    }

    /// <summary>Serves one request and follows it on its connection.</summary>
    public async Task ServeAsync(HttpContext context, RequestDelegate serve)
    {
        var connection = context.Features.Get<OpenConnection>();
        var overHttp2 = HttpProtocol.IsHttp2(context.Request.Protocol);
        connection?.Begin(overHttp2);
        if (!overHttp2)
        {
            context.Response.OnStarting(CloseAfterAnswer, (this, context.Response));
        }
        else if (turnover is not null)
        {
            connection?.TurnOver();
        }

        try
        {
            await serve(context);
        }
        finally
        {
            connection?.End();
            turnover?.Answered(connection?.Client);
        }
    }

    private static Task CloseAfterAnswer(object state)
    {
        var (connections, response) = ((OpenConnections, HttpResponse))state;
        if (connections.turnover is not null && response.StatusCode != StatusCodes.Status101SwitchingProtocols)
        {
            response.Headers.Connection = "close";
        }

        return Task.CompletedTask;
    }
}
