using System.Collections.Concurrent;
using Tidegate.Identity;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;
using Lock = Tidegate.State.Lock;

namespace Tidegate.Access;

/// <summary>
/// The access rules of one state, compiled: answers every question about it the same way, whoever asks. What a person's roles come to on a
/// cluster is worked out once and kept until something in it expires.
/// </summary>
internal sealed class AccessPolicy
{
    // Keys are certificates that passed the handshake, and registered clusters; the bound is against a flood of throw-away certificates.
    private const int MaxCached = 50_000;

    private readonly PersonRulesBuilder persons;
    private readonly ClusterRules clusters;
    private readonly ConcurrentDictionary<string, PersonRules> personCache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Fingerprint, string Cluster), ClusterAccess> clusterCache = new();

    /// <param name="allowedSystemPrincipals">Users and groups beginning with <c>system:</c> that roles may give, as <see cref="Kubernetes.SystemPrincipals"/> reads them.</param>
    public AccessPolicy(
        IReadOnlyDictionary<string, Role> roles,
        IReadOnlyDictionary<string, User> users,
        IEnumerable<MtlsConnector> connectors,
        IEnumerable<Lock> locks,
        IEnumerable<string> allowedSystemPrincipals)
    {
        persons = new(roles, users, connectors, locks);
        clusters = new(allowedSystemPrincipals);
    }

    /// <summary>May this person do this here, and as whom.</summary>
    public AccessDecision Decide(in AccessQuestion question, DateTimeOffset now)
    {
        var person = PersonOf(question.Identity, now);
        if (Barred(person) is { } barred)
        {
            return barred;
        }

        if (question.Labels is null)
        {
            return new AccessDenied(
                ClusterRules.NotFound(question.Cluster), ClusterRules.KnowsAll(person) ? 404 : 403, "no cluster of that name is registered", null, null);
        }

        var access = AccessOf(question.Identity, person, question.Cluster, question.Labels);
        return access.Denied ?? ClusterLocked(person, question.Cluster) ?? Limited(person, RequestDecision.Decide(access, question));
    }

    /// <summary>Answers a question that somebody asks about what a request would be answered, see <see cref="ReviewDecision"/>.</summary>
    public AccessDecision Review(in AccessQuestion question, DateTimeOffset now)
    {
        var access = question.Labels is { } labels ? AccessOn(question.Identity, question.Cluster, labels, now) : null;
        return access is null ? Decide(question, now) : ReviewDecision.Decide(access, question);
    }

    /// <summary>Decides about one object of the collection that a request is about, which the rules have allowed a part of.</summary>
    public AccessDecision DecideMember(in AccessQuestion question, string ns, string name, DateTimeOffset now)
    {
        var access = question.Labels is { } labels ? AccessOn(question.Identity, question.Cluster, labels, now) : null;
        return access is null ? Decide(question, now) : RequestDecision.DecideMember(access, question, ns, name);
    }

    /// <summary>What a person's roles give on a cluster; null when nothing, whatever the reason. For listings.</summary>
    public ClusterGrant? GrantOn(ClientIdentity identity, string cluster, LabelSet labels, DateTimeOffset now) =>
        AccessOn(identity, cluster, labels, now)?.Whole.Grant;

    /// <summary>
    /// Whether a person may learn that a cluster is there: one whom a role lets in, also where a lock or missing groups then refuse. Everybody else, also
    /// somebody who is locked out as a whole, gets the same answer about every name.
    /// </summary>
    public bool MayKnow(ClientIdentity identity, string cluster, LabelSet labels, DateTimeOffset now)
    {
        var person = PersonOf(identity, now);
        return Barred(person) is null && AccessOf(identity, person, cluster, labels).Denied?.Message != ClusterRules.NotFound(cluster);
    }

    /// <summary>What a person's roles come to on a cluster; null when they do not let the person in, whatever the reason.</summary>
    public ClusterAccess? AccessOn(ClientIdentity identity, string cluster, LabelSet labels, DateTimeOffset now)
    {
        var person = PersonOf(identity, now);
        if (Barred(person) is not null || ClusterLocked(person, cluster) is not null)
        {
            return null;
        }

        var access = AccessOf(identity, person, cluster, labels);
        return access.Denied is null ? access : null;
    }

    private static AccessDecision Limited(PersonRules person, AccessDecision decision) =>
        decision is AccessAllowed allowed && person.Limits != SessionLimits.None ? allowed with { Limits = person.Limits } : decision;

    /// <summary>The roles that a person holds now, whatever locks say.</summary>
    public IReadOnlyList<PersonRole> RolesOf(ClientIdentity identity, DateTimeOffset now) => PersonOf(identity, now).Roles;

    private static AccessDenied? Barred(PersonRules person)
    {
        if (person.Lock is { } held)
        {
            return Locked(held);
        }

        return person.NoRolesReason is { } reason ? new($"access denied: {reason}", 403, reason, null, null) : null;
    }

    private static AccessDenied? ClusterLocked(PersonRules person, string cluster) =>
        person.ClusterLocks.FirstOrDefault(l => l.Target.KubeCluster == cluster) is { } held ? Locked(held) : null;

    /// <summary>The targets of one lock hold together, so all are named.</summary>
    private static AccessDenied Locked(Lock held)
    {
        var (user, role, cluster) = held.Target;
        string?[] targets = [Target("User", user), Target("Role", role), Target("KubeCluster", cluster)];
        var text = $"lock targeting {string.Join(" and ", targets.OfType<string>())} is in force" + (held.Message.Length > 0 ? $": {Printable.Line(held.Message)}" : "");
        return new(text, 403, $"lock {held.Name}: {text}", role, held.Origin);

        static string? Target(string kind, string? name) => name is null ? null : $"{kind}:\"{name}\"";
    }

    private PersonRules PersonOf(ClientIdentity identity, DateTimeOffset now)
    {
        if (personCache.TryGetValue(identity.Fingerprint, out var known) && known.IsValidAt(now))
        {
            return known;
        }

        Bound(personCache);
        return personCache[identity.Fingerprint] = persons.Build(identity, now);
    }

    private ClusterAccess AccessOf(ClientIdentity identity, PersonRules person, string cluster, LabelSet labels)
    {
        var key = (identity.Fingerprint, cluster);
        if (clusterCache.TryGetValue(key, out var known) && ReferenceEquals(known.Person, person) && ReferenceEquals(known.Labels, labels))
        {
            return known;
        }

        Bound(clusterCache);
        return clusterCache[key] = clusters.Evaluate(identity, person, cluster, labels);
    }

    private static void Bound<TKey, TValue>(ConcurrentDictionary<TKey, TValue> cache)
        where TKey : notnull
    {
        // Count takes every lock; it is reached only on a miss.
        if (cache.Count >= MaxCached)
        {
            cache.Clear();
        }
    }
}
