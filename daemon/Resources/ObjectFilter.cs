namespace Tidegate.Resources;

/// <summary>
/// Which objects of one collection somebody may see, or delete: those that an allow rule covers and no deny rule. Two filters with the same
/// <see cref="Key"/> show the same objects, as far as can be told from how the rules are written.
/// </summary>
internal sealed class ObjectFilter : IEquatable<ObjectFilter>
{
    private readonly ResourceAction action;
    private readonly ResourceRule[] allow;
    private readonly ResourceRule[] deny;
    private string? key;

    private ObjectFilter(ResourceAction action, ResourceRule[] allow, ResourceRule[] deny)
    {
        this.action = action;
        this.allow = allow;
        this.deny = deny;
    }

    /// <summary>The rules as text, without their order and their places. Made when somebody compares: most filters serve one request and are never compared.</summary>
    public string Key => key ??= string.Join('\n', Lines("+", allow).Concat(Lines("-", deny)));

    /// <param name="action">What is done to the collection.</param>
    /// <param name="allow">The allow rules that may concern it.</param>
    /// <param name="deny">The deny rules that may concern it.</param>
    public static ObjectFilter Of(ResourceAction action, IEnumerable<ResourceRule> allow, IEnumerable<ResourceRule> deny) => new(action, [.. allow], [.. deny]);

    /// <summary>What either of two filters over the same collection shows.</summary>
    public ObjectFilter Or(ObjectFilter other) => new(action, [.. allow, .. other.allow], deny);

    /// <param name="ns">Empty for kinds of the whole cluster.</param>
    /// <param name="name">Never empty; an object without a name is not shown.</param>
    public bool Shows(string ns, string name)
    {
        if (name.Length == 0)
        {
            return false;
        }

        var (verb, group, kind) = (action.Verb, action.ApiGroup, action.Kind);
        foreach (var rule in deny)
        {
            if (RuleMatching.Denies(rule, verb, group, kind, ns, name)
                || (verb == ResourceVerbs.DeleteCollection && RuleMatching.Denies(rule, ResourceVerbs.Delete, group, kind, ns, name)))
            {
                return false;
            }
        }

        foreach (var rule in allow)
        {
            if (RuleMatching.Allows(rule, verb, group, kind, ns, name))
            {
                return true;
            }
        }

        return false;
    }

    public bool Equals(ObjectFilter? other) => other is not null && other.action == action && other.Key == Key;

    public override bool Equals(object? obj) => Equals(obj as ObjectFilter);

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <summary>The kind as far as it tells what is shown: of namespaces, a rule about any one kind shows those that it is in, one about namespaces those that it names.</summary>
    private static string KindOf(ResourceRule rule) => rule.Kind == ResourceRule.Any || !RuleMatching.ShowsNamespaces(rule) ? rule.Kind : "one";

    private static IEnumerable<string> Lines(string sign, ResourceRule[] rules) =>
        rules.Select(r => $"{sign} {KindOf(r)} {r.Namespace} {r.Name}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
}
