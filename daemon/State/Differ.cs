namespace Tidegate.State;

/// <summary>Two states → what has to happen to get from one to the other. Pure, and in the same order for the same states.</summary>
internal static class Differ
{
    public static Plan Diff(DesiredState before, DesiredState after)
    {
        var changes = new List<Change>();
        Compare(ResourceKind.KubeCluster, before.Clusters, after.Clusters, ChangeDetails.Of, changes, name => Selection(name, before, after));
        Compare(ResourceKind.Lock, before.Locks, after.Locks, ChangeDetails.Of, changes);
        Compare(ResourceKind.Mtls, before.Connectors, after.Connectors, ChangeDetails.Of, changes);
        Compare(ResourceKind.Role, before.Roles, after.Roles, ChangeDetails.Of, changes);
        Compare(ResourceKind.User, before.Users, after.Users, ChangeDetails.Of, changes);
        changes.Sort(InOrder);
        return new Plan(changes);
    }

    private static void Compare<T>(
        string kind,
        IReadOnlyDictionary<string, T> before,
        IReadOnlyDictionary<string, T> after,
        Func<T, T, IReadOnlyList<string>> details,
        List<Change> changes,
        Func<string, IReadOnlyList<string>>? appearance = null)
        where T : class, IResource
    {
        foreach (var (name, value) in after)
        {
            if (!before.TryGetValue(name, out var old))
            {
                changes.Add(new Change(ChangeKind.Create, kind, name, appearance?.Invoke(name) ?? []));
            }
            else if (!ReferenceEquals(old, value) && !old.Equals(value))
            {
                changes.Add(new Change(ChangeKind.Update, kind, name, details(old, value)));
            }
        }

        foreach (var name in before.Keys)
        {
            if (!after.ContainsKey(name))
            {
                changes.Add(new Change(ChangeKind.Delete, kind, name, appearance?.Invoke(name) ?? []));
            }
        }
    }

    /// <summary>Why a cluster comes or goes although its manifest stays.</summary>
    private static IReadOnlyList<string> Selection(string name, DesiredState before, DesiredState after)
    {
        if (after.Unselected.ContainsKey(name))
        {
            return ["metadata.labels: no selector of this gate matches any more"];
        }

        return before.Unselected.ContainsKey(name) ? ["metadata.labels: a selector of this gate matches now"] : [];
    }

    private static int InOrder(Change a, Change b)
    {
        var order = (b.Kind == ChangeKind.Delete).CompareTo(a.Kind == ChangeKind.Delete);
        order = order != 0 ? order : string.CompareOrdinal(a.ResourceKind, b.ResourceKind);
        return order != 0 ? order : string.CompareOrdinal(a.Name, b.Name);
    }
}
