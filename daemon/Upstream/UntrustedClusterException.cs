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
    /// <exception cref="UntrustedClusterException">There is anything to object to.</exception>
    public static bool ThrowIfUntrusted(X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
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
}
