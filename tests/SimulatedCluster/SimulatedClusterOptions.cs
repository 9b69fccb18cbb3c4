using System.Net;

namespace Tidegate.Simulation;

internal sealed record SimulatedClusterOptions
{
    /// <summary>Port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The name in kubeconfigs.</summary>
    public string Name { get; init; } = "simulated";

    /// <summary>How often a followed log gets a line of its own accord; zero: never.</summary>
    public TimeSpan LogChatter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether it begins with what <see cref="SimulatedCluster.AddTeams"/> adds.</summary>
    public bool Teams { get; init; }

    /// <summary>Whether metrics.k8s.io is served, as with a metrics server.</summary>
    public bool Metrics { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
