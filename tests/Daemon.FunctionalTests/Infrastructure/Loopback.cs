using System.Net;
using Tidegate.Kubernetes;
using Tidegate.Upstream;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>What an operator configures whose clusters listen on the gate's own host, as those of tests do.</summary>
internal static class Loopback
{
    public static AddressPolicy Allowed { get; } = new() { Allowed = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")] };

    /// <summary>Connecting may take long on a busy machine; tests of that limit set one of their own.</summary>
    public static UpstreamOptions Upstream { get; } = new() { Addresses = Allowed, ConnectTimeout = TimeSpan.FromSeconds(60) };
}
