using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tidegate.Audit;
using Tidegate.Registry;
using Tidegate.Tls;
using Yarp.ReverseProxy.Forwarder;

namespace Tidegate.Proxy;

/// <summary>The listener that people reach, port 3026: mutual TLS, HTTP/1.1 and HTTP/2, and behind it nothing but the pipeline.</summary>
internal sealed class ProxyServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly InFlight inFlight;

    private ProxyServer(WebApplication app, InFlight inFlight)
    {
        this.app = app;
        this.inFlight = inFlight;
    }

    /// <summary>The address that is listened on, with its real port.</summary>
    public IPEndPoint EndPoint =>
        IPEndPoint.Parse(new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Authority);

    public InFlight InFlight => inFlight;

    /// <summary>Builds the server; nothing listens before <see cref="StartAsync"/>.</summary>
    public static ProxyServer Create(
        IPEndPoint endPoint, TlsReloader tls, ClusterRegistry registry, AuditLog audit, TimeProvider time, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton<ILoggerFactory>(new FrameworkLoggers(loggers));
        builder.Services.AddHttpForwarder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            ProxyLimits.Apply(options);
            options.Listen(endPoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseMutualTls(tls, audit.WriteRefused);
            });
        });

        var app = builder.Build();
        var inFlight = new InFlight(registry, time, loggers.CreateLogger<InFlight>());
        var trouble = new ClusterTrouble(time, loggers.CreateLogger<ClusterTrouble>());
        var forwarding = new Forwarding(app.Services.GetRequiredService<IHttpForwarder>(), audit, trouble, loggers.CreateLogger<Forwarding>());
        var pipeline = new ProxyPipeline(registry, inFlight, forwarding, audit, time, loggers.CreateLogger<ProxyPipeline>());
        app.Run(pipeline.HandleAsync);
        return new(app, inFlight);
    }

    /// <exception cref="IOException">The address is taken or not this host's.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);

    /// <summary>
    /// Stops: no new connections; watches end at once, since their clients connect again elsewhere; other streams may go on until the grace
    /// has passed and then end cleanly; plain requests finish.
    /// </summary>
    public async Task StopAsync(TimeSpan grace, TimeProvider time, CancellationToken cancellationToken)
    {
        const string reason = "the gate is shutting down";
        inFlight.EndWhere(e => e.Request?.Verb == "watch", reason);
        using var limit = new CancellationTokenSource(grace + TimeSpan.FromSeconds(2), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await using var end = time.CreateTimer(_ => inFlight.EndWhere(_ => true, reason), null, grace, Timeout.InfiniteTimeSpan);
        await app.StopAsync(both.Token);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
