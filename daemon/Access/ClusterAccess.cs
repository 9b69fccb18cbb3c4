using System.Collections.Concurrent;
using Tidegate.Labels;
using Tidegate.Resources;

namespace Tidegate.Access;

/// <summary>What one person's roles come to on one cluster: as whom, by which roles, and over which objects. Worked out once.</summary>
internal sealed class ClusterAccess
{
    private const int MostCounted = 64;

    private readonly IReadOnlyList<PersonRole> granting;
    private readonly Func<IReadOnlyList<PersonRole>, ClusterOutcome> collect;

    // Requests for different objects go by different roles. Keys are sets of roles as bits.
    private readonly ConcurrentDictionary<ulong, ClusterOutcome> outcomes = new();

    /// <param name="granting">The roles that let the person in, in ordinal order of their names.</param>
    /// <param name="rules">What those roles allow, in the same order, and what all of the person's roles deny.</param>
    /// <param name="collect">What some of those roles give together.</param>
    public ClusterAccess(
        LabelSet labels, PersonRules person, IReadOnlyList<PersonRole> granting, ResourceRules rules, Func<IReadOnlyList<PersonRole>, ClusterOutcome> collect)
    {
        Labels = labels;
        Person = person;
        Rules = rules;
        this.granting = granting;
        this.collect = collect;
        Whole = collect(granting);
        Denied = Whole.Denied;
    }

    /// <summary>The person may not enter.</summary>
    public ClusterAccess(LabelSet labels, PersonRules person, AccessDenied denied)
    {
        Labels = labels;
        Person = person;
        Rules = new([], []);
        granting = [];
        Whole = new(null, denied);
        collect = _ => Whole;
        Denied = denied;
    }

    /// <summary>The labels that it was worked out for.</summary>
    public LabelSet Labels { get; }

    /// <summary>The rules of the person that it was worked out from.</summary>
    public PersonRules Person { get; }

    /// <summary>Why the person may not enter the cluster; null when they may.</summary>
    public AccessDenied? Denied { get; }

    /// <summary>What all roles together give.</summary>
    public ClusterOutcome Whole { get; }

    /// <summary>Over which objects.</summary>
    public ResourceRules Rules { get; }

    /// <summary>
    /// What the roles allow that say as whom. A role that gives neither groups nor users opens nothing alone.
    /// </summary>
    public IReadOnlyList<ResourceRule> Given => [.. granting.Where((_, i) => GrantOf([i]).Grant is not null).SelectMany(r => r.Allow.Resources)];

    /// <summary>The names of the roles that let the person in.</summary>
    public IEnumerable<string> RoleNames => granting.Select(r => r.Role.Name);

    /// <summary>What some of the roles give together: groups of a role that is not about an object are not sent for it.</summary>
    /// <param name="roles">Their numbers, ascending.</param>
    public ClusterOutcome GrantOf(IReadOnlyList<int> roles)
    {
        if (roles.Count == granting.Count)
        {
            return Whole;
        }

        return granting.Count > MostCounted
            ? collect([.. roles.Select(i => granting[i])])
            : outcomes.GetOrAdd(roles.Aggregate(0UL, (set, i) => set | 1UL << i), static (_, s) => s.collect([.. s.roles.Select(i => s.granting[i])]), (collect, roles, granting));
    }
}
