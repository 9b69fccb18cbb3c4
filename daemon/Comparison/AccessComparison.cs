using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Comparison;

internal enum AccessChange
{
    Gained,
    Lost,
}

/// <summary>What one policy gives and another does not, in terms of decisions. Everything is in a fixed order.</summary>
/// <param name="Decisions">Which decisions differ, as bare facts.</param>
/// <param name="Differences">The same for people: as few lines as the rules allow, each with the rule behind it.</param>
/// <param name="Principals">Kubernetes users and groups that somebody gets or loses.</param>
/// <param name="Inexact">Who has rules with patterns that are too much to compare; differences of theirs may be missing.</param>
internal sealed record AccessComparison(
    EquatableList<Affected<DecisionDifference>> Decisions,
    EquatableList<Affected<AccessDifference>> Differences,
    EquatableList<Affected<PrincipalDifference>> Principals,
    EquatableList<Affected<InexactPatterns>> Inexact)
{
    public bool IsEmpty => Decisions.Count == 0 && Principals.Count == 0 && Inexact.Count == 0;
}

/// <summary>Something that holds for each of some persons on each of some clusters.</summary>
/// <param name="Persons">In ordinal order.</param>
/// <param name="Clusters">In ordinal order.</param>
internal sealed record Affected<T>(EquatableList<string> Persons, EquatableList<string> Clusters, T What);

/// <summary>Verbs for which there are objects of a kind that only one of two policies allows.</summary>
/// <param name="ApiGroup">A group, or a pattern for groups that no rule tells apart, without those that have a value of their own.</param>
/// <param name="ExampleGroup">One of the groups.</param>
/// <param name="Kind">Plural name; <c>*</c> for all kinds that no rule names.</param>
/// <param name="Gained">Verbs that the later policy allows on some object, and the earlier one not.</param>
/// <param name="Lost">Verbs that the earlier policy allows on some object, and the later one not.</param>
internal sealed record DecisionDifference(string ApiGroup, string ExampleGroup, string Kind, ResourceVerbs Gained, ResourceVerbs Lost);

/// <summary>One line about what is gained or lost.</summary>
/// <param name="HasExceptions">Whether the patterns also match objects of which that cannot be said, since another rule denies them, or still allows them.</param>
/// <param name="By">The allow rule that gives it, or gave it.</param>
/// <param name="Denied">The deny rule that takes it away, or took it away before; null when none does.</param>
internal sealed record AccessDifference(
    AccessChange Change, AffectedObjects Objects, ResourceVerbs Verbs, bool HasExceptions, RulePlace By, RulePlace? Denied);

/// <summary>Which objects: those that the patterns match and for which the other policy decides otherwise.</summary>
/// <param name="ApiGroup">As in the rule, or a group.</param>
/// <param name="Kind">Plural name, or <c>*</c>.</param>
/// <param name="Except">Kinds that <paramref name="Kind"/> does not stand for, such as <c>secrets</c> of the core group or <c>deployments.apps</c>.</param>
/// <param name="Namespace">As in the rule; empty for objects of the whole cluster.</param>
/// <param name="Name">As in the rule.</param>
/// <param name="Example">An object that is certainly one of them: <c>namespace/name</c>, or only a name for one of the whole cluster.</param>
internal sealed record AffectedObjects(string ApiGroup, string Kind, EquatableList<string> Except, string Namespace, string Name, string Example);

/// <param name="Rule"><c>file:line</c>.</param>
internal sealed record RulePlace(string Role, string Rule)
{
    public static RulePlace Of(ResourceRule rule) => new(rule.Role, rule.Origin.Rule);
}

/// <summary>As whom somebody may act, or may not any more.</summary>
/// <param name="Users">In ordinal order.</param>
/// <param name="Groups">In ordinal order.</param>
internal sealed record PrincipalDifference(AccessChange Change, EquatableList<string> Users, EquatableList<string> Groups);

/// <param name="Patterns">As they are written, in ordinal order: all those that were looked at together.</param>
internal sealed record InexactPatterns(EquatableList<string> Patterns);
