using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tidegate.Values;

namespace Tidegate.Identity;

/// <summary>
/// Reads who a verified certificate stands for. CN is the user, O and OU are what the issuing authority says of the person, as in
/// Kubernetes' own client certificates. Anything that two programs could read differently is no identity.
/// </summary>
internal static class ClientIdentityReader
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string OrganizationalUnit = "2.5.4.11";

    /// <returns>The identity, or the reason why there is none.</returns>
    public static (ClientIdentity? Identity, string? Refusal) Read(X509Certificate2 certificate)
    {
        var user = (string?)null;
        var organizations = new List<string>();
        var units = new List<string>();
        foreach (var attribute in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (attribute.HasMultipleElements)
            {
                return (null, "the certificate's subject has an attribute with several values (a multi-valued RDN)");
            }

            if (attribute.GetSingleElementType().Value is not (CommonName or Organization or OrganizationalUnit))
            {
                continue;
            }

            if (attribute.GetSingleElementValue() is not { } value)
            {
                return (null, "the certificate's subject has a value that is no text");
            }

            // A NUL ends a name for some programs; a line break could become a header of its own.
            if (value.Any(char.IsControl))
            {
                return (null, "the certificate's subject holds a control character");
            }

            switch (attribute.GetSingleElementType().Value)
            {
                case CommonName when user is not null:
                    return (null, "the certificate's subject has more than one CN");
                case CommonName:
                    user = value;
                    break;
                case Organization:
                    organizations.Add(value);
                    break;
                case OrganizationalUnit:
                    units.Add(value);
                    break;
            }
        }

        if (string.IsNullOrWhiteSpace(user))
        {
            return (null, "the certificate's subject has no CN, so there is no user name");
        }

        return (Create(certificate, user, organizations, units), null);
    }

    private static ClientIdentity Create(X509Certificate2 certificate, string user, List<string> organizations, List<string> units) => new(
        user,
        organizations.ToEquatableList(),
        units.ToEquatableList(),
        certificate.SerialNumber,
        certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
        certificate.NotAfter.ToUniversalTime());
}
