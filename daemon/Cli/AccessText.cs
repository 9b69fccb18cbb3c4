using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary>Access in words.</summary>
internal static class AccessText
{
    private const string Gained = "gained";

    private const int MostNamed = 8;

    /// <summary>Who gains and who loses what by a plan.</summary>
    public static void PrintChanges(TextWriter to, PlanView plan)
    {
        var isNone = plan.Access.Count + plan.Principals.Count + (plan.Inexact?.Count ?? 0) == 0;
        if (!isNone || plan.Changes.Count > 0)
        {
            to.WriteLine(isNone ? "Access: nobody gains or loses anything" : "Access:");
        }

        foreach (var change in plan.Access)
        {
            to.WriteLine($"  {Sign(change.Change)} {Some(change.Persons)} on {Some(change.Clusters)}: {Words(change)}");
            to.WriteLine($"      for example {change.Example}; {Cause(change)}");
        }

        foreach (var change in plan.Principals)
        {
            var parts = change.KubernetesUsers.Select(u => $"user {u}").Concat(change.KubernetesGroups.Select(g => $"group {g}"));
            var acts = change.Change == Gained ? "may act as" : "may no longer act as";
            to.WriteLine($"  {Sign(change.Change)} {Some(change.Persons)} on {Some(change.Clusters)}: {acts} {string.Join(", ", parts)}");
        }

        foreach (var inexact in plan.Inexact ?? [])
        {
            to.WriteLine($"  ? {Some(inexact.Persons)} on {Some(inexact.Clusters)}: patterns that are too much to compare, something may be missing: {string.Join(", ", inexact.Patterns)}");
        }
    }

    public static void Print(TextWriter to, ExplainView view, ActionRequest action)
    {
        if (view.Items.Count == 0)
        {
            to.WriteLine($"{view.User} may enter no cluster.");
        }

        foreach (var item in view.Items)
        {
            to.WriteLine($"{item.Cluster}: {item.Decision}: {view.User} {Verdict(item.Decision)} {Words(action)}");
            to.WriteLine($"  because {item.Reason}{Place(item.Rule, item.Commit)}");
            if (item.KubernetesUser is { } user)
            {
                to.WriteLine($"  as user {user}{(item.KubernetesGroups is { Count: > 0 } groups ? $", groups {string.Join(", ", groups)}" : "")}");
            }

            PrintRules(to, "shown", item.Shown);
            PrintRules(to, "withheld", item.Withheld);
            foreach (var role in item.Roles)
            {
                to.WriteLine($"  role {role.Role}: {role.Says}");
            }
        }
    }

    public static void Print(TextWriter to, AccessListView view)
    {
        if (view.Items.Count == 0)
        {
            to.WriteLine($"{view.User} may enter no cluster.");
            return;
        }

        Output.PrintTable(
            to,
            ["Cluster", "As", "Allowed", "Kind", "Namespace", "Name", "Verbs", "Role", "Rule"],
            view.Items.SelectMany(i => i.Allow.Select(r => Row(i, "yes", r)).Concat(i.Deny.Select(r => Row(i, "no", r)))));
    }

    private static string[] Row(ClusterAccessView item, string allowed, RuleView rule) =>
    [
        item.Cluster,
        string.Join(',', item.KubernetesUsers.Select(u => $"user:{u}").Concat(item.KubernetesGroups)),
        allowed,
        Kind(rule.Kind, rule.ApiGroup),
        rule.Namespace.Length == 0 ? "-" : rule.Namespace,
        rule.Name,
        string.Join(',', rule.Verbs),
        rule.Role,
        rule.Rule,
    ];

    private static void PrintRules(TextWriter to, string title, IReadOnlyList<RuleView>? rules)
    {
        foreach (var rule in rules ?? [])
        {
            var ns = rule.Namespace.Length == 0 ? "" : $" in namespace {rule.Namespace}";
            to.WriteLine($"  {title}: {Kind(rule.Kind, rule.ApiGroup)} {rule.Name}{ns}, role {rule.Role}{Place(rule.Rule, rule.Commit)}");
        }
    }

    private static string Verdict(string decision) => decision == "denied" ? "may not" : "may";

    private static string Words(ActionRequest action)
    {
        var name = action.Name is { Length: > 0 } one ? $" {one}" : "";
        return $"{action.Verb} {action.Resource}{name}{(action.Namespace is { Length: > 0 } ns ? $" in namespace {ns}" : "")}";
    }

    private static string Words(AccessChangeView change)
    {
        var isGained = change.Change == Gained;
        var except = change.Except.Count == 0 ? "" : $" but {string.Join(", ", change.Except)}";
        var name = change.Name == "*" ? "" : $" named {change.Name}";
        var ns = (change.Namespace, change.Kind) switch
        {
            ("", _) => "",
            ("*", "*") => " everywhere",
            ("*", _) => " in all namespaces",
            var (some, _) => $" in {(IsPattern(some) ? "namespaces" : "namespace")} {some}",
        };
        var exceptions = !change.HasExceptions ? "" : isGained ? ", but for what another rule denies" : ", but for what another rule allows";
        return $"{(isGained ? "may" : "may no longer")} {Verbs(change.Verbs)} {Kinds(change.Kind, change.ApiGroup)}{except}{name}{ns}{exceptions}";
    }

    private static string Verbs(IReadOnlyList<string> verbs)
    {
        var named = string.Join(", ", verbs.Where(v => v != "other"));
        return verbs is ["*"] ? "do anything with"
            : !verbs.Contains("other") ? named
            : named.Length == 0 ? "use verbs that have no name in rules on"
            : $"{named} and use verbs that have no name in rules on";
    }

    private static string Cause(AccessChangeView change)
    {
        var isGained = change.Change == Gained;
        var denied = change.Denied is not { } by ? "" : isGained ? $", no longer denied by role {by}" : $", now denied by role {by}";
        return $"{(isGained ? "allowed by" : "was allowed by")} role {change.Role} ({change.Rule}){denied}";
    }

    private static char Sign(string change) => change == Gained ? '+' : '-';

    private static string Kinds(string kind, string group)
    {
        var kinds = kind == "*" ? "all kinds" : kind;
        return group == "*" ? (kind == "*" ? kinds : $"{kinds} of all API groups")
            : IsPattern(group) || (kind == "*" && group.Length > 0) ? $"{kinds} of API group {group}"
            : kind == "*" ? $"{kinds} of the core group"
            : Kind(kind, group);
    }

    private static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '^', '&');

    private static string Kind(string kind, string group) => group is "" or "*" ? kind : $"{kind}.{group}";

    private static string Place(string? rule, string? commit) =>
        rule is null ? "" : $" ({rule}{(commit is { Length: > 0 } ? $", commit {commit[..Math.Min(12, commit.Length)]}" : "")})";

    private static string Some(IReadOnlyList<string> names) =>
        names.Count <= MostNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";
}
