using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Upstream;

/// <summary>An API server showed a certificate that does not fit its kubeconfig. The message says what is wrong with it.</summary>
internal sealed class UntrustedClusterException(string message) : AuthenticationException(message)
{
    /// <summary>
    /// For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>: the platform's own error does not tell this from a
    /// broken handshake.
    /// </summary>
    /// <param name="authorities">What the kubeconfig trusts.</param>
    /// <exception cref="UntrustedClusterException">There is anything to object to.</exception>
    public static bool ThrowIfUntrusted(X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && EndsInOneOf(chain, authorities)))
        {
            return true;
        }

        throw new UntrustedClusterException(errors switch
        {
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "it shows none",
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "it is for another name",
            _ when chain?.ChainStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid) == true => "it has expired or is not valid yet",
            _ => "it was not issued by the cluster's certificate authority",
        });
    }

    /// <summary>
    /// Go, and so kubectl, trusts whatever stands in <c>certificate-authority-data</c>, also an intermediate authority without its root. The platform
    /// builds that chain and checks its signatures, but calls it partial, since it knows only self-signed roots.
    /// </summary>
    private static bool EndsInOneOf(X509Chain? chain, X509Certificate2Collection authorities) =>
        chain is { ChainElements.Count: > 1 }
        && chain.ChainStatus.All(s => s.Status == X509ChainStatusFlags.PartialChain)
        && authorities.Any(a => a.RawDataMemory.Span.SequenceEqual(chain.ChainElements[^1].Certificate.RawDataMemory.Span));
}
