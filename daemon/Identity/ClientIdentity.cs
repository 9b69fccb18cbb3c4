using Tidegate.Values;

namespace Tidegate.Identity;

/// <summary>Who is calling, as the verified client certificate says. What the person may do is not in here: that comes from git.</summary>
/// <param name="User">The subject's common name, never empty.</param>
/// <param name="Organizations">The subject's O values, in the certificate's order.</param>
/// <param name="OrganizationalUnits">The subject's OU values.</param>
/// <param name="Serial">The certificate's serial number, upper-case hexadecimal.</param>
/// <param name="Fingerprint">SHA-256 of the certificate, lower-case hexadecimal.</param>
/// <param name="NotAfter">When the certificate expires.</param>
internal sealed record ClientIdentity(
    string User,
    EquatableList<string> Organizations,
    EquatableList<string> OrganizationalUnits,
    string Serial,
    string Fingerprint,
    DateTimeOffset NotAfter);
