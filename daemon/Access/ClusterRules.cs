using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Access;

/// <summary>
/// Roles × labels → users and groups. Source: Teleport, <c>lib/services/role.go</c> (<c>checkAccess</c>, <c>CheckKubeGroupsAndUsers</c>), with these differences: a cluster that
/// may not be known answers like one that does not exist; <c>system:</c> principals need the configuration's permission; <c>*</c> in a deny list
/// removes all instead of a group of that name; a deny list of users also removes the person's own name, and where it leaves no user there is no access,
/// instead of access under the own name.
/// </summary>
internal sealed class ClusterRules
{
    private const string Any = "*";
    private const string NoPrincipals =
        "Your user's role does not allow Kubernetes access. Please ask cluster administrator to ensure your role has appropriate kubernetes_groups and kubernetes_users set.";

    private readonly SystemPrincipals systemPrincipals;

    /// <param name="allowedSystemPrincipals">As <see cref="SystemPrincipals"/> reads them.</param>
    public ClusterRules(IEnumerable<string> allowedSystemPrincipals) => systemPrincipals = SystemPrincipals.Of(allowedSystemPrincipals);

    /// <summary>The text for a cluster that is unknown, or that the person may not know of: one text for both.</summary>
    public static string NotFound(string cluster) => $"kubernetes cluster \"{cluster}\" not found";

    public ClusterAccess Evaluate(ClientIdentity identity, PersonRules person, string cluster, LabelSet labels)
    {
        foreach (var role in person.Roles)
        {
            if (role.Deny.Error is { } error)
            {
                return Hidden(labels, person, cluster, role, role.Deny.Origin, $"the labels of deny in role {role.Role.Name} cannot be matched for this person ({error}), so it denies");
            }

            if (role.Deny.Selector?.Matches(labels) == true)
            {
                return Hidden(labels, person, cluster, role, role.Deny.Origin, $"role {role.Role.Name} denies clusters with these labels");
            }
        }

        var granting = person.Roles.Where(r => r.Allow.Selector?.Matches(labels) == true).ToList();
        if (granting.Count == 0)
        {
            var names = string.Join(", ", person.Roles.Select(r => r.Role.Name));
            return Hidden(labels, person, cluster, null, null, $"the labels of none of the roles match the cluster: {names}");
        }

        var rules = new ResourceRules([.. granting.Select(r => r.Allow.Resources)], [.. person.Roles.SelectMany(r => r.Deny.Resources)]);
        return new(labels, person, granting, rules, roles => Collect(identity, person, roles));
    }

    /// <summary>Whether somebody may know of every cluster, so that a name that is not found may be called so.</summary>
    public static bool KnowsAll(PersonRules person) =>
        person.Lock is null
        && person.Roles.Any(r => r.Allow.Selector is { MatchesAll: true })
        && !person.Roles.Any(r => r.Deny.HasLabels);

    /// <summary>What some of the roles that let the person in give together.</summary>
    private ClusterOutcome Collect(ClientIdentity identity, PersonRules person, IReadOnlyList<PersonRole> granting)
    {
        var first = granting[0];
        var given = granting.SelectMany(r => r.Allow.Users).ToList();
        var groups = Without(granting.SelectMany(r => r.Allow.Groups), person, c => c.Groups);
        var users = Without(given.Count > 0 ? given : [identity.User], person, c => c.Users);
        if (users.Count == 0 || (given.Count == 0 && groups.Count == 0))
        {
            var reason = users.Count == 0
                ? "the deny sides of the roles leave no user"
                : "the roles that match the cluster give no kubernetes_groups and no kubernetes_users";
            return new(null, new(NoPrincipals, 403, reason, first.Role.Name, first.Allow.Origin));
        }

        foreach (var (value, isUser) in users.Select(u => (u, true)).Concat(groups.Select(g => (g, false))))
        {
            if (Objection(value, isUser) is { } objection)
            {
                var from = granting.FirstOrDefault(r => (isUser ? r.Allow.Users : r.Allow.Groups).Contains(value)) ?? first;
                return new(null, new($"access denied: {objection}", 403, objection, from.Role.Name, from.Allow.Origin));
            }
        }

        var roles = string.Join(", ", granting.Select(r => r.Role.Name));
        return new(new(users, groups, first.Role.Name, first.Allow.Origin, $"allowed by {(granting.Count == 1 ? "role" : "roles")} {roles}"), null);
    }

    /// <summary>
    /// What the matching roles give, less what any role's deny side takes away. A deny side with labels that match has refused the whole cluster
    /// before; here one without labels counts, and it counts everywhere.
    /// </summary>
    private static IReadOnlyList<string> Without(IEnumerable<string> given, PersonRules person, Func<PersonConditions, IReadOnlyList<string>> side)
    {
        var left = new SortedSet<string>(given, StringComparer.Ordinal);
        foreach (var role in person.Roles.Where(r => !r.Deny.HasLabels))
        {
            if (side(role.Deny).Contains(Any))
            {
                left.Clear();
            }

            left.ExceptWith(side(role.Deny));
        }

        return [.. left];
    }

    /// <summary>Why a value may not be sent as a user or group; null when it may.</summary>
    private string? Objection(string value, bool isUser) =>
        Principal.NameError(value) is { } error ? $"the user or group '{Printable(value)}' {error}"
        : isUser ? systemPrincipals.UserObjection(value)
        : systemPrincipals.GroupObjection(value);

    private static string Printable(string value) => string.Concat(value.Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));

    private static ClusterAccess Hidden(LabelSet labels, PersonRules person, string cluster, PersonRole? role, Origin? rule, string explanation) =>
        new(labels, person, new(NotFound(cluster), 403, explanation, role?.Role.Name, rule));
}
