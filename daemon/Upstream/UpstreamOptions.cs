using Tidegate.Metrics;

namespace Tidegate.Upstream;

/// <summary>Limits towards the clusters.</summary>
internal sealed record UpstreamOptions
{
    /// <summary>How long a connection, its TLS handshake included, may take. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an unused connection is kept. Default 60 s: below the 90 s after which kube-apiserver closes it.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told of new connections; null: nobody is.</summary>
    public ConnectionMetrics? Metrics { get; init; }
}
