using System.Net;
using Tidegate.Api;
using Tidegate.Diagnostics;
using Tidegate.Metrics;

namespace Tidegate;

/// <summary>The daemon's health and metrics, and their listener where the configuration has one. It listens before anything else does, so that it can say that the rest has not begun.</summary>
internal sealed class DaemonDiagnostics : IAsyncDisposable
{
    private readonly IPEndPoint? address;
    private readonly DaemonParts parts;
    private readonly DaemonReadings readings;
    private readonly DiagnosticsServer? server;
    private readonly DateTimeOffset startedAt;

    /// <param name="address"><c>teleport.diag_addr</c>; null: nobody listens.</param>
    /// <param name="parts">What is looked at.</param>
    /// <param name="status">Knows when the daemon begins to stop.</param>
    /// <param name="mirror">The folder of the mirror.</param>
    public DaemonDiagnostics(IPEndPoint? address, DaemonParts parts, DaemonMetrics metrics, StatusReport status, string mirror, TimeProvider time)
    {
        this.address = address;
        this.parts = parts = parts with { IsStopping = () => status.IsStopping };
        startedAt = time.GetUtcNow();
        var (live, ready) = (DaemonChecks.Live(parts, time), DaemonChecks.Ready(parts, time));
        readings = new(parts, ready, metrics.Sync, mirror, time);
        metrics.Registry.BeforeWriting(() => metrics.Read.Set(readings.Read()));
        server = address is null ? null : DiagnosticsServer.Create(address, new(live, ready, metrics.Registry, Facts));
    }

    /// <summary>Looks at what must be looked at from time to time, until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => parts.Listener.RunAsync(cancellationToken);

    /// <exception cref="StartException">The address cannot be listened on.</exception>
    public async Task StartAsync()
    {
        if (server is null)
        {
            return;
        }

        try
        {
            await server.StartAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new StartException($"teleport.diag_addr {address} cannot be listened on: {(e.InnerException ?? e).Message}");
        }
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private StatusFacts Facts()
    {
        var state = parts.Registry.Current.State;
        var last = parts.Sync.LastPass;
        return new(
            DaemonHost.Version,
            startedAt,
            state.Revision?.Short,
            state.Clusters.Count,
            state.Problems.Count,
            last is null ? null : last.StartedAt + last.Duration,
            last?.Outcome.ToString().ToLowerInvariant(),
            readings.LastCompletedAt,
            parts.Sync.NextPassAt);
    }
}
