using Tidegate.Identity;
using Tidegate.Labels;
using Tidegate.Resources;
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
        var (validFrom, validUntil) = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
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
        var inForce = locks.Where(l => Concerns(l.Target, identity.User, names) && IsValid(l.Expires)).ToLookup(l => l.Target.KubeCluster is null);
        return new(held, inForce[true].FirstOrDefault(), [.. inForce[false]], held.Count == 0 ? NoRoles(identity.User, user, userIsValid, names) : null, validUntil)
        {
            ValidFrom = validFrom,
            Limits = SessionLimits.StrictestOf([.. held.Select(r => r.Role)]),
        };

        bool IsValid(DateTimeOffset? expires)
        {
            if (expires is null)
            {
                return true;
            }

            if (expires <= now)
            {
                validFrom = expires > validFrom ? expires.Value : validFrom;
                return false;
            }

            validUntil = expires < validUntil ? expires.Value : validUntil;
            return true;
        }
    }

    /// <summary>Every part of a target that is set must match; the cluster is asked later.</summary>
    private static bool Concerns(LockTarget target, string user, SortedSet<string> names) =>
        (target.User is null || target.User == user)
        && (target.Role is null || names.Contains(target.Role))
        && target != new LockTarget(null, null, null);

    private static string NoRoles(string name, User? user, bool userIsValid, SortedSet<string> names) => (user, userIsValid, names.Count) switch
    {
        (null, _, 0) => $"user \"{name}\" is not known here: there is no user manifest of that name, and no mtls connector matches the certificate",
        (not null, false, 0) => $"the user manifest of \"{name}\" has expired",
        (_, _, 0) => $"user \"{name}\" has no roles",
        _ => $"none of the roles of user \"{name}\" exists: {string.Join(", ", names)}",
    };

    private static PersonRole Fill(Role role, EquatableMap<EquatableList<string>> traits) =>
        new(
            role,
            Fill(role.Allow, traits) with { Resources = RuleConversion.Allow(role, traits) },
            Fill(role.Deny, traits) with { Resources = RuleConversion.Deny(role, traits) });

    private static PersonConditions Fill(RoleConditions conditions, EquatableMap<EquatableList<string>> traits)
    {
        var selector = (LabelSelector?)null;
        var error = (string?)null;
        if (conditions.KubernetesLabels.Count > 0 && FillLabels(conditions.KubernetesLabels, traits, out error) is { } labels)
        {
            selector = LabelSelector.Compile(labels, out error);
        }

        return new(selector, FillList(conditions.KubernetesGroups, traits), FillList(conditions.KubernetesUsers, traits), conditions.Origin, error);
    }

    private static EquatableMap<EquatableList<string>>? FillLabels(
        EquatableMap<EquatableList<string>> labels, EquatableMap<EquatableList<string>> traits, out string? error)
    {
        error = null;
        var filled = new Dictionary<string, EquatableList<string>>(StringComparer.Ordinal);
        foreach (var (key, values) in labels)
        {
            var name = Values(key, traits).FirstOrDefault() ?? "";
            var list = values.SelectMany(v => Values(v, traits) is { Count: > 0 } found ? found : [""]).ToEquatableList();

            // Two keys that become one: neither can be dropped, the one from an allow side nor the one from a deny side. No cluster has the
            // empty key, so there it makes no difference.
            if (!filled.TryAdd(name, list) && name.Length > 0)
            {
                error = $"two of its label keys become '{name}' with this person's traits";
                return null;
            }
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
