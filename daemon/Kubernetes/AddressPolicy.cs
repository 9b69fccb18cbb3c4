using System.Net;
using System.Net.Sockets;
using System.Text;
using Tidegate.Values;

namespace Tidegate.Kubernetes;

/// <summary>
/// Where a cluster of the repository may be. Whoever writes to the repository must not reach what only the gate's host can reach: itself, its link, its
/// cloud's metadata service; and never the gate, which would forward to itself. Asked when a kubeconfig is loaded and again, of the very address, when a
/// connection is made. Compares by value.
/// </summary>
internal sealed record AddressPolicy
{
    /// <summary>Nothing is allowed that is not allowed by itself.</summary>
    public static readonly AddressPolicy Strict = new();

    /// <summary>The setting that allows more.</summary>
    public const string Setting = "kubernetes_service.allow_addresses";

    // Names that mean the host itself by RFC 6761 and by the /etc/hosts of distributions, and the one by which a cloud's metadata service is asked for.
    private static readonly string[] LoopbackNames =
        ["localhost", "localhost.localdomain", "localhost4", "localhost4.localdomain4", "localhost6", "localhost6.localdomain6", "ip6-localhost", "ip6-loopback", "loopback"];

    private static readonly string[] MetadataNames = ["metadata.google.internal", "metadata.goog", "instance-data"];

    /// <summary>Ranges that the operator lists.</summary>
    public EquatableList<IPNetwork> Allowed { get; init; } = [];

    /// <summary>What the gate itself listens on: never allowed, whatever is listed.</summary>
    public EquatableList<IPEndPoint> Listeners { get; init; } = [];

    /// <summary>The names under which people reach the gate, <c>host:port</c> in lower case.</summary>
    public EquatableList<string> OwnNames { get; init; } = [];

    /// <summary>By what is written, before any name is resolved.</summary>
    /// <param name="address">An absolute address with a host: of a server or of a proxy.</param>
    /// <returns>Why nothing may be there, as the end of a sentence about it; null when all is well so far.</returns>
    public string? WhyRefused(Uri address)
    {
        if (!Ascii.IsValid(address.Host))
        {
            return "written with characters beyond ASCII, which not everybody reads alike: write the name as it is in the DNS (xn--…)";
        }

        // Without brackets.
        var host = address.IdnHost.TrimEnd('.').ToLowerInvariant();
        if (IPAddress.TryParse(WithoutZone(host), out var literal))
        {
            return WhyRefused(literal, address.Port);
        }

        if (OwnNames.Contains($"{host}:{address.Port}"))
        {
            return Own;
        }

        if (LoopbackNames.Contains(host) || host.EndsWith(".localhost", StringComparison.Ordinal))
        {
            return IsOwn(IPAddress.Loopback, address.Port) || IsOwn(IPAddress.IPv6Loopback, address.Port) ? Own
                : IsAllowed(IPAddress.Loopback) || IsAllowed(IPAddress.IPv6Loopback) ? null
                : NotListed("a name of the gate's own host");
        }

        return MetadataNames.Contains(host) && !IsAllowed(IPAddress.Parse("169.254.169.254")) ? NotListed("a cloud's metadata service") : null;
    }

    /// <summary>By the address that is connected to.</summary>
    /// <inheritdoc cref="WhyRefused(Uri)"/>
    public string? WhyRefused(IPAddress address, int port)
    {
        foreach (var meaning in SpecialAddress.Meanings(address))
        {
            if (IsOwn(meaning, port))
            {
                return Own;
            }

            if (SpecialAddress.KindOf(meaning) is { } kind && !IsAllowed(meaning) && !IsAllowed(address))
            {
                return NotListed(kind);
            }
        }

        return null;
    }

    private const string Own = "this gate itself, which would forward to itself: give the address of the cluster's API server";

    private static string NotListed(string kind) => $"{kind}, which a cluster of the repository may have only if the gate's configuration lists it under {Setting}";

    private bool IsAllowed(IPAddress address) => Allowed.Any(range => range.Contains(address));

    private bool IsOwn(IPAddress address, int port)
    {
        foreach (var listener in Listeners)
        {
            if (listener.Port == port && (IsAny(listener.Address) ? HostAddresses.Has(address) : IsSame(listener.Address, address)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>An unspecified address leads to the loopback ones.</summary>
    private static bool IsSame(IPAddress listener, IPAddress address)
    {
        var plain = listener.IsIPv4MappedToIPv6 ? listener.MapToIPv4() : listener;
        return plain.GetAddressBytes().AsSpan().SequenceEqual(address.GetAddressBytes())
            || (IPAddress.IsLoopback(plain) && (IsAny(address) || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] == 0)));
    }

    private static string WithoutZone(string host) =>
        host.Contains(':', StringComparison.Ordinal) && host.IndexOf('%', StringComparison.Ordinal) is > 0 and var zone ? host[..zone] : host;
}
