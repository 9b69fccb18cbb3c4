using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tidegate.Limits;
using Tidegate.Listener;

namespace Tidegate.Diagnostics;

/// <summary>The listener of <c>teleport.diag_addr</c>: plain HTTP/1.1 for probes, Prometheus and a look with a browser, with limits to match.</summary>
internal sealed class DiagnosticsServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private DiagnosticsServer(WebApplication app) => this.app = app;

    /// <summary>The address that is listened on, with its real port.</summary>
    public IPEndPoint EndPoint =>
        IPEndPoint.Parse(new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Authority);

    /// <summary>Builds the server; nothing listens before <see cref="StartAsync"/>.</summary>
    public static DiagnosticsServer Create(IPEndPoint endPoint, DiagnosticsApi api)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        QuietLifetime.Use(builder);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            Limit(options);
            options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(api.HandleAsync);
        return new(app);
    }

    /// <exception cref="IOException">The address is taken or not this host's.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>A few scrapers and probes with short requests; somebody who holds connections open must not hold them for long.</summary>
    private static void Limit(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        var limits = options.Limits;
        limits.MaxConcurrentConnections = OpenFiles.OfOwnListener();
        limits.MaxRequestLineSize = 2048;
        limits.MaxRequestHeadersTotalSize = 8192;
        limits.MaxRequestHeaderCount = 50;
        limits.MaxRequestBodySize = 0;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(20);
    }
}
