using Tidegate.Values;

namespace Tidegate.Kubernetes;

/// <summary>As whom a request is made in a cluster: what the impersonation headers will say.</summary>
/// <param name="User">Never empty: an empty <c>Impersonate-User</c> would run the request as the gate itself.</param>
/// <param name="Groups">One header line each, in ordinal order.</param>
internal sealed record Principal(string User, EquatableList<string> Groups);
