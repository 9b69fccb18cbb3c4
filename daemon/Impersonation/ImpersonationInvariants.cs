using System.Net.Http.Headers;
using Tidegate.Access;

namespace Tidegate.Impersonation;

/// <summary>
/// The last look at a request before it leaves: without an <c>Impersonate-User</c> it would run as the gate's own account, which may impersonate
/// anybody.
/// </summary>
internal static class ImpersonationInvariants
{
    /// <param name="headers">As they will be sent.</param>
    /// <param name="allowed">The decision; null when there is none.</param>
    /// <param name="groups">The allowed groups in the form in which they travel to the wire; null when there are none.</param>
    /// <param name="authorization">The cluster's own credential; null when it is a certificate.</param>
    /// <returns>What does not hold; null when all does.</returns>
    public static string? Violation(HttpRequestHeaders headers, AccessAllowed? allowed, string? groups, string? authorization)
    {
        if (allowed is null)
        {
            return "nothing has allowed it";
        }

        var user = (string?)null;
        var sentGroups = (string?)null;
        var credential = (string?)null;
        foreach (var (name, values) in headers.NonValidated)
        {
            if (name.Equals("Impersonate-User", StringComparison.OrdinalIgnoreCase))
            {
                user = values.Count == 1 ? values.ToString() : "";
            }
            else if (name.Equals("Impersonate-Group", StringComparison.OrdinalIgnoreCase))
            {
                sentGroups = values.Count == 1 ? values.ToString() : "";
            }
            else if (name.StartsWith("Impersonate", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Remote-", StringComparison.OrdinalIgnoreCase))
            {
                return $"it holds {name}";
            }
            else if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            {
                credential = values.Count == 1 ? values.ToString() : "";
            }
        }

        if (string.IsNullOrWhiteSpace(user) || user != allowed.Principal.User)
        {
            return "its user is not the one that the decision gave";
        }

        if (sentGroups != groups)
        {
            return "its groups are not those that the decision gave";
        }

        return credential == authorization ? null : "its credential is not the cluster's";
    }
}
