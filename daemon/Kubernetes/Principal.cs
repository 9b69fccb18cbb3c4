using Tidegate.Values;

namespace Tidegate.Kubernetes;

/// <summary>As whom a request is made in a cluster: what the impersonation headers will say.</summary>
/// <param name="User">Never empty: an empty <c>Impersonate-User</c> would run the request as the gate itself.</param>
/// <param name="Groups">One header line each, in ordinal order.</param>
internal sealed record Principal(string User, EquatableList<string> Groups)
{
    /// <summary>Null, or why a text can be no user and no group: each is a header's value, and a header's value has no spaces at its ends (RFC 9110, 5.5).</summary>
    public static string? NameError(string name) =>
        name.Length == 0 || name[0] == ' ' || name[^1] == ' ' || name.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? "cannot stand in a request header: only printable ASCII without spaces at its ends can"
            : null;
}
