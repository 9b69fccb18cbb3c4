namespace Tidegate.Kubernetes;

/// <summary>
/// How to reach one Kubernetes API server and as whom: what is left of a kubeconfig once every reference to the host has been
/// refused or resolved. Compares by value, so that an unchanged cluster keeps its connections over a sync.
/// </summary>
/// <param name="Server">The API server's address; <c>https</c> unless the operator allows otherwise. Its path, if any, is a prefix for every request.</param>
internal sealed record ClusterCredential(Uri Server)
{
    /// <summary>Certificate authorities for the server's certificate, PEM; null means the host's own trust store.</summary>
    public string? CertificateAuthorityPem { get; init; }

    /// <summary>Client certificate chain, PEM.</summary>
    public string? ClientCertificatePem { get; init; }

    /// <summary>The client certificate's private key, PEM. A secret.</summary>
    public string? ClientKeyPem { get; init; }

    /// <summary>Bearer token. A secret.</summary>
    public string? Token { get; init; }

    /// <summary>A file of the host that holds the bearer token and may be renewed; only for static clusters.</summary>
    public string? TokenFile { get; init; }

    /// <summary>User name for basic authentication.</summary>
    public string? Username { get; init; }

    /// <summary>Password for basic authentication. A secret.</summary>
    public string? Password { get; init; }

    /// <summary>The name expected in the server's certificate, when it is not the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Accept any server certificate. Only when the operator's configuration allows it explicitly.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>An HTTP proxy for the connection to the API server.</summary>
    public Uri? ProxyUrl { get; init; }

    /// <summary>Whether the kubeconfig is a file of the gate's host and so the operator's own, who may connect to any address; what comes from git may not (<see cref="AddressPolicy"/>).</summary>
    public bool IsOfHost { get; init; }

    /// <summary>Names the server only: a record's default text would print the secrets.</summary>
    public override string ToString() => $"ClusterCredential {{ Server = {Server} }}";
}
