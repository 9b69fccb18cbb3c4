using Tidegate.Identity;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;
using Lock = Tidegate.State.Lock;

namespace Tidegate.Access;

/// <summary>
/// Collects what a state says of one person: the roles of the <c>user</c> manifest and those that <c>mtls</c> connectors give for the certificate's
/// subject, together, with the person's traits in the templates. Whatever has expired is not there.
/// </summary>
/// <remarks>
/// Template rules as in Teleport (<c>lib/services/role.go applyLabelsTraits</c>): in lists a template without a value drops out; a label's value without one is the
/// empty text; a label's key takes the first value, or is the empty text.
/// </remarks>
internal sealed class PersonRulesBuilder
{
    private readonly IReadOnlyDictionary<string, Role> roles;
    private readonly IReadOnlyDictionary<string, User> users;
    private readonly ConnectorRule[] connectors;
    private readonly Lock[] locks;

    public PersonRulesBuilder(
        IReadOnlyDictionary<string, Role> roles,
        IReadOnlyDictionary<string, User> users,
        IEnumerable<MtlsConnector> connectors,
        IEnumerable<Lock> locks)
    {
        this.roles = roles;
        this.users = users;
        this.connectors = [.. connectors.SelectMany(c => c.Mappings.Select(m => new ConnectorRule(c, m, LabelPattern.Compile(m.Value, out _))))];
        this.locks = [.. locks.OrderBy(l => l.Name, StringComparer.Ordinal)];
    }

    public PersonRules Build(ClientIdentity identity, DateTimeOffset now)
    {
        var validUntil = DateTimeOffset.MaxValue;
        var user = users.GetValueOrDefault(identity.User);
        var userIsValid = IsValid(user?.Expires);
        var names = new SortedSet<string>(userIsValid && user is not null ? user.Roles : [], StringComparer.Ordinal);
        foreach (var rule in connectors)
        {
            if (rule.Matches(identity) && IsValid(rule.Connector.Expires))
            {
                names.UnionWith(rule.Mapping.Roles);
            }
        }

        var traits = userIsValid && user is not null ? user.Traits : EquatableMap<EquatableList<string>>.Empty;
        var held = names.Select(n => roles.GetValueOrDefault(n)).OfType<Role>().Where(r => IsValid(r.Expires)).Select(r => Fill(r, traits)).ToList();
        var inForce = Array.Find(locks, l => Concerns(l.Target, identity.User, names) && IsValid(l.Expires));
        return new(held, inForce, held.Count == 0 ? NoRoles(identity.User, user, userIsValid, names) : null, validUntil);

        bool IsValid(DateTimeOffset? expires)
        {
            if (expires is null)
            {
                return true;
            }

            if (expires <= now)
            {
                return false;
            }

            validUntil = expires < validUntil ? expires.Value : validUntil;
            return true;
        }
    }

    /// <summary>The lock on a cluster that is in force; null when there is none.</summary>
    public Lock? ClusterLock(string cluster, DateTimeOffset now) =>
        Array.Find(locks, l => l.Target.KubeCluster == cluster && (l.Expires is null || l.Expires > now));

    private static bool Concerns(LockTarget target, string user, SortedSet<string> names) =>
        target.User == user || (target.Role is { } role && names.Contains(role));

    private static string NoRoles(string name, User? user, bool userIsValid, SortedSet<string> names) => (user, userIsValid, names.Count) switch
    {
        (null, _, 0) => $"user \"{name}\" is not known here: there is no user manifest of that name, and no mtls connector matches the certificate",
        (not null, false, 0) => $"the user manifest of \"{name}\" has expired",
        (_, _, 0) => $"user \"{name}\" has no roles",
        _ => $"none of the roles of user \"{name}\" exists: {string.Join(", ", names)}",
    };

    private static PersonRole Fill(Role role, EquatableMap<EquatableList<string>> traits) =>
        new(role, Fill(role.Allow, traits), Fill(role.Deny, traits));

    private static PersonConditions Fill(RoleConditions conditions, EquatableMap<EquatableList<string>> traits)
    {
        var selector = (LabelSelector?)null;
        var error = (string?)null;
        if (conditions.KubernetesLabels.Count > 0)
        {
            selector = LabelSelector.Compile(FillLabels(conditions.KubernetesLabels, traits), out error);
        }

        return new(selector, FillList(conditions.KubernetesGroups, traits), FillList(conditions.KubernetesUsers, traits), conditions.Origin, error);
    }

    private static EquatableMap<EquatableList<string>> FillLabels(
        EquatableMap<EquatableList<string>> labels, EquatableMap<EquatableList<string>> traits)
    {
        var filled = new Dictionary<string, EquatableList<string>>(StringComparer.Ordinal);
        foreach (var (key, values) in labels)
        {
            var name = Values(key, traits).FirstOrDefault() ?? "";
            var list = values.SelectMany(v => Values(v, traits) is { Count: > 0 } found ? found : [""]).ToEquatableList();

            // Two templates may give one key; both must then hold for an allow, which the stricter list would say. Neither can be dropped, so
            // the key matches nothing.
            filled[name] = filled.ContainsKey(name) ? [] : list;
        }

        return EquatableMap<EquatableList<string>>.From(filled);
    }

    private static IReadOnlyList<string> FillList(EquatableList<string> list, EquatableMap<EquatableList<string>> traits) =>
        [.. list.SelectMany(text => Values(text, traits)).Distinct(StringComparer.Ordinal)];

    private static IReadOnlyList<string> Values(string text, EquatableMap<EquatableList<string>> traits) =>
        TraitTemplate.Parse(text, out _)?.Apply(traits) ?? [];

    private sealed record ConnectorRule(MtlsConnector Connector, AttributeMapping Mapping, LabelPattern? Pattern)
    {
        public bool Matches(ClientIdentity identity) => Pattern is not null && Mapping.Attribute switch
        {
            "organization" => identity.Organizations.Any(Pattern.IsMatch),
            "organizational_unit" => identity.OrganizationalUnits.Any(Pattern.IsMatch),
            "common_name" => Pattern.IsMatch(identity.User),
            _ => false,
        };
    }
}
