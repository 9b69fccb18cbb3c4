using Tidegate.Kubernetes;
using Tidegate.Limits;
using Tidegate.Metrics;

namespace Tidegate.Upstream;

/// <summary>Limits towards the clusters.</summary>
internal sealed record UpstreamOptions
{
    /// <summary>How long a connection, its TLS handshake included, may take. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an unused connection is kept. Default 60 s: below the 90 s after which kube-apiserver closes it.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where clusters of the repository may be. Default: nowhere that is not allowed by itself.</summary>
    public AddressPolicy Addresses { get; init; } = AddressPolicy.Strict;

    /// <summary>What marks the requests of this gate. One for the life of the process.</summary>
    public LoopMarker Marker { get; init; } = new();

    /// <summary>What each connection takes a part of; null: there is no limit.</summary>
    public DescriptorBudget? Descriptors { get; init; }

    /// <summary>
    /// Gives up connections to clusters that acknowledge nothing, idle ones included. Default: after 30 s, since a few lost packets, or a router that restarts, are no end.
    /// </summary>
    public DeadPeers DeadPeers { get; init; } = DeadPeers.Default;

    /// <summary>Told of new connections; null: nobody is.</summary>
    public ConnectionMetrics? Metrics { get; init; }
}
