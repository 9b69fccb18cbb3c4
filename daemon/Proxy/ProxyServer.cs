using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tidegate.Listener;
using Tidegate.Paging;
using Tidegate.Registry;
using Tidegate.Tls;
using Yarp.ReverseProxy.Forwarder;

namespace Tidegate.Proxy;

/// <summary>The listener that people reach, port 3026: mutual TLS, HTTP/1.1 and HTTP/2, and behind it nothing but the pipeline.</summary>
internal sealed class ProxyServer : IAsyncDisposable
{
    // What is still open when its time is over is cut.
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(2);

    private readonly WebApplication app;
    private readonly AcceptGate gate;
    private readonly InFlight inFlight;
    private readonly RefusalServer refusals;
    private volatile bool isStarted;

    private ProxyServer(WebApplication app, AcceptGate gate, InFlight inFlight, RefusalServer refusals)
    {
        this.refusals = refusals;
        this.app = app;
        this.gate = gate;
        this.inFlight = inFlight;
    }

    /// <summary>The address that is listened on, with its real port.</summary>
    public IPEndPoint EndPoint =>
        IPEndPoint.Parse(new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Authority);

    public InFlight InFlight => inFlight;

    /// <summary>Whether connections are let in: it was started and not told to stop.</summary>
    public bool IsListening => isStarted && !gate.IsClosed;

    /// <summary>Builds the server; nothing is accepted before <see cref="StartAsync"/>.</summary>
    /// <param name="gate">Where its connections come from; it goes with the server.</param>
    /// <param name="seal">What clusters' <c>continue</c> tokens are sealed with.</param>
    public static ProxyServer Create(
        AcceptGate gate, TlsReloader tls, ClusterRegistry registry, RequestRecords records, SealInUse seal, TimeProvider time, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        QuietLifetime.Use(builder);
        builder.Services.AddSingleton<ILoggerFactory>(new FrameworkLoggers(loggers));
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<IConnectionListenerFactory>(gate);
        var inFlight = new InFlight(registry, gate.Limits, time, loggers.CreateLogger<InFlight>());
        var revocation = new AuthorityRevocation(gate.Connections, inFlight, tls, loggers.CreateLogger<AuthorityRevocation>());
        var refusals = new RefusalServer(time, loggers);
        tls.Changed += revocation.Look;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            ProxyLimits.Apply(options);
            foreach (var address in gate.Addresses)
            {
                options.Listen(address, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    gate.Connections.Follow(listen);
                    listen.UseMutualTls(
                        tls,
                        OpenConnections.NoticeGreeting,
                        refused =>
                        {
                            records.Metrics.HandshakeRefused();
                            records.Audit.WriteRefused(refused);
                        },
                        refusals.TryAdmit);
                    gate.Connections.NoticeHandshake(listen);
                    PersonConnections.Count(listen, gate.Limits);
                    revocation.Follow(listen);
                    refusals.Divert(listen);
                });
            }
        });

        var app = builder.Build();
        var trouble = new ClusterTrouble(time, loggers.CreateLogger<ClusterTrouble>());
        var forwarding = new Forwarding(app.Services.GetRequiredService<IHttpForwarder>(), records, trouble, loggers.CreateLogger<Forwarding>());
        var pipeline = new ProxyPipeline(registry, inFlight, forwarding, records, seal, time, loggers.CreateLogger<ProxyPipeline>());
        app.Run(context => gate.Connections.ServeAsync(context, pipeline.HandleAsync));
        return new(app, gate, inFlight, refusals);
    }

    /// <exception cref="IOException">The address is taken or not this host's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await refusals.StartAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        isStarted = true;
    }

    /// <summary>Stops as <see cref="ProxyDrain"/> says, and returns when every connection is closed.</summary>
    /// <param name="grace">The longest that streams may go on.</param>
    /// <param name="progress">Told now and then how many streams are open, and how long the grace still lasts.</param>
    public async Task StopAsync(TimeSpan grace, Action<int, TimeSpan> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        await new ProxyDrain(gate, inFlight, time).RunAsync(grace, progress, cancellationToken);
        using var limit = new CancellationTokenSource(LongestClose, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await Task.WhenAll(app.StopAsync(both.Token), refusals.StopAsync(both.Token));
    }

    /// <summary>Whether connections are accepted, asked through the kernel.</summary>
    /// <inheritdoc cref="AcceptGate.ProbeAsync"/>
    public Task<string?> ProbeAsync(CancellationToken cancellationToken) => gate.ProbeAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await refusals.DisposeAsync();
        gate.Dispose();
    }
}
