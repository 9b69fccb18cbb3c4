using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tidegate.Listener;
using Tidegate.Tls;

namespace Tidegate.Proxy;

/// <summary>
/// Speaks to those whose client certificate is not good: it answers what they ask first with 401 and the reason, so that kubectl prints it, and closes the connection.
/// A server of its own, which has no way to the pipeline, reads no body, and has limits for people who are strangers.
/// </summary>
internal sealed class RefusalServer : IAsyncDisposable
{
    /// <summary>How many such connections are open at once; who comes then is refused in the handshake.</summary>
    public const int MostConnections = 64;

    // client-go asks for a few things at once; the first answer says all.
    private const int MostStreams = 16;

    // An exec of kubectl has its command in the request line.
    private const int MostHeaderBytes = 64 << 10;

    private static readonly TimeSpan LongestConnection = TimeSpan.FromSeconds(5);

    private readonly DivertedConnections connections = new();
    private readonly WebApplication app;
    private readonly TimeProvider time;
    private int open;

    public RefusalServer(TimeProvider time, ILoggerFactory loggers)
    {
        this.time = time;
        var builder = WebApplication.CreateEmptyBuilder(new());

        // At each start it would be warned that these connections have no TLS: they have been through it.
        builder.Services.AddSingleton<ILoggerFactory>(new FrameworkLoggers(loggers, LogLevel.Error));
        builder.Services.AddSingleton<IConnectionListenerFactory>(connections);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            ProxyLimits.Apply(options);
            Tighten(options.Limits);
            options.Listen(connections.EndPoint, listen => listen.Protocols = HttpProtocols.Http1AndHttp2);
        });
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>Asked for each client whose certificate is not good, in its handshake.</summary>
    /// <param name="connection">The connection of the handshake.</param>
    /// <returns>Whether the handshake may be completed, so that the client can be told; false while too many are.</returns>
    public bool TryAdmit(BaseConnectionContext connection)
    {
        if (Interlocked.Increment(ref open) > MostConnections)
        {
            Interlocked.Decrement(ref open);
            return false;
        }

        connection.ConnectionClosed.Register(() => Interlocked.Decrement(ref open));
        return true;
    }

    /// <summary>Lets through whose certificate the handshake accepted, and nobody else; after TLS, and last before HTTP.</summary>
    public void Divert(ListenOptions listen) => listen.Use(next => connection =>
        connection.Features.Get<ClientCertificate>() is not null ? next(connection)
        : connection.Features.Get<RefusedClient>() is not null ? connections.ServeAsync(connection, LongestConnection, time)
        : Task.CompletedTask);

    public Task StartAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static void Tighten(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = MostHeaderBytes;
        limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        limits.MaxRequestBufferSize = MostHeaderBytes;
        limits.MaxRequestHeaderCount = 200;
        limits.MaxRequestBodySize = 0;
        limits.Http2.MaxStreamsPerConnection = MostStreams;
        limits.Http2.MaxRequestHeaderFieldSize = MostHeaderBytes;
        limits.Http2.InitialConnectionWindowSize = MostHeaderBytes;
        limits.Http2.InitialStreamWindowSize = MostHeaderBytes;
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var client = context.Features.GetRequiredFeature<RefusedClient>();
        var connection = context.Features.GetRequiredFeature<DivertedConnection>();
        if (connection.Count() > MostStreams)
        {
            connection.Abort(new ConnectionAbortedException("the client goes on asking"));
            return Task.CompletedTask;
        }

        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            // A GOAWAY: what is on its way already is answered, and no more is asked.
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        else
        {
            context.Response.OnStarting(
                static response =>
                {
                    ((HttpResponse)response).Headers.Connection = "close";
                    return Task.CompletedTask;
                },
                context.Response);
        }

        return StatusResponse.WriteAsync(context, StatusCodes.Status401Unauthorized, client.Reason);
    }
}
