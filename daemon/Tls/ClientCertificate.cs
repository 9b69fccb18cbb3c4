using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Tls;

/// <summary>A client certificate that a handshake accepted, with what it takes to ask again: a feature of its connection, never changed.</summary>
/// <param name="Leaf">Owned by the connection, and gone with it.</param>
/// <param name="Raw">The same as it came, for who asks while the connection may end.</param>
/// <param name="Id">The same for connections whose chains are made of the same certificates.</param>
/// <param name="Intermediates">Those of its chain that did not come from the authorities' file: the client brought them.</param>
/// <param name="Authority">Who accepted it.</param>
internal sealed record ClientCertificate(
    X509Certificate2 Leaf, ReadOnlyMemory<byte> Raw, string Id, IReadOnlyList<X509Certificate2> Intermediates, ClientAuthority Authority);
