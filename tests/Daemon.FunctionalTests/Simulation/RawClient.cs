using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Tidegate.Simulation;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>Sends bytes as they are over TLS and reads until the server closes.</summary>
internal static class RawClient
{
    /// <param name="request">Must ask for <c>Connection: close</c>.</param>
    public static async Task<string> ExchangeAsync(SimulatedCluster cluster, string request, CancellationToken cancellationToken)
    {
        Uri address = new(cluster.Url);
        using TcpClient tcp = new();
        await tcp.ConnectAsync(address.Host, address.Port, cancellationToken);
        await using SslStream tls = new(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancellationToken);
        await tls.WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken);
        using StreamReader reader = new(tls, Encoding.Latin1);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
