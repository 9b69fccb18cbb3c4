using Prometheus;

namespace Tidegate.Metrics;

/// <summary>What is known of new connections to clusters.</summary>
internal sealed class ConnectionMetrics(MetricRegistry registry)
{
    private readonly Histogram connect = registry.Histogram(MetricTable.ClientConnect);
    private readonly Histogram tls = registry.Histogram(MetricTable.ClientTls);

    /// <summary>A TCP connection stands.</summary>
    public void Connected(TimeSpan duration) => connect.Observe(duration.TotalSeconds);

    /// <summary>Its TLS handshake is done.</summary>
    public void Secured(TimeSpan duration) => tls.Observe(duration.TotalSeconds);
}
