using Tidegate.Kubernetes;

namespace Tidegate.Access;

/// <summary>
/// Chooses as whom a request goes, within a grant. Source, texts included: Teleport, <c>lib/kube/proxy/forwarder.go computeImpersonatedPrincipals</c>.
/// Difference: <c>system:authenticated</c> is never added, since the API server adds it and a service account's own groups would be lost by it.
/// </summary>
internal static class ImpersonationChoice
{
    private const string Authenticated = "system:authenticated";

    public static AccessDecision Choose(ClusterGrant grant, ImpersonationRequest asked)
    {
        if (asked.Unsupported.Count > 0)
        {
            return Denied(grant, $"unsupported impersonation header \"{asked.Unsupported[0]}\"");
        }

        if (asked.Users.Count > 1)
        {
            return Denied(grant, $"invalid user header [{string.Join(' ', asked.Users)}]");
        }

        // client-go sends an empty user when only groups are asked for.
        var user = asked.Users.Count == 1 && asked.Users[0].Length > 0 ? asked.Users[0] : null;
        if (user is not null && !grant.HasUser(user))
        {
            return Denied(grant, $"user header \"{user}\" is not allowed in roles");
        }

        if (user is null && grant.Users.Count > 1)
        {
            const string several = "please select a user to impersonate, refusing to select a user due to several kubernetes_users set up for this user";
            return new AccessDenied(several, 403, several, grant.Role, grant.Rule);
        }

        foreach (var group in asked.Groups)
        {
            if (!grant.HasGroup(group) && group != Authenticated)
            {
                return Denied(grant, $"group header \"{group}\" value is not allowed in roles");
            }
        }

        IEnumerable<string> groups = asked.Groups.Count == 0 ? grant.Groups : new SortedSet<string>(asked.Groups, StringComparer.Ordinal);
        return new AccessAllowed(new Principal(user ?? grant.Users[0], [.. groups]), grant.Explanation, grant.Role, grant.Rule);
    }

    private static AccessDenied Denied(ClusterGrant grant, string reason) =>
        new($"impersonation request has been denied, {reason}", 403, reason, grant.Role, grant.Rule);
}
