using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary>Access in words.</summary>
internal static class AccessText
{
    private const int MostNamed = 8;

    /// <summary>Who gains and who loses what by a plan.</summary>
    public static void PrintChanges(TextWriter to, PlanView plan)
    {
        if (plan.Access.Count + plan.Principals.Count > 0)
        {
            to.WriteLine("Access:");
        }

        foreach (var change in plan.Access)
        {
            to.WriteLine($"  {(change.Change == "gained" ? '+' : '-')} {Some(change.Persons)} on {Some(change.Clusters)}: {Words(change)}");
            to.WriteLine($"      such as {change.Example}; role {change.Role} ({change.Rule}){(change.Denied is { } denied ? $", denied by role {denied}" : "")}");
        }

        foreach (var change in plan.Principals)
        {
            var sign = change.Change == "gained" ? '+' : '-';
            var parts = change.KubernetesUsers.Select(u => $"user {u}").Concat(change.KubernetesGroups.Select(g => $"group {g}"));
            to.WriteLine($"  {sign} {Some(change.Persons)} on {Some(change.Clusters)}: acts as {string.Join(", ", parts)}");
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
        var except = change.Except.Count == 0 ? "" : $" but {string.Join(", ", change.Except)}";
        var name = change.Name == "*" ? "" : $" {change.Name}";
        var ns = change.Namespace switch { "*" => " in all namespaces", "" => "", var some => $" in namespace {some}" };
        return $"{string.Join(", ", change.Verbs)} {Kind(change.Kind, change.ApiGroup)}{except}{name}{ns}";
    }

    private static string Kind(string kind, string group) => group is "" or "*" ? kind : $"{kind}.{group}";

    private static string Place(string? rule, string? commit) =>
        rule is null ? "" : $" ({rule}{(commit is { Length: > 0 } ? $", commit {commit[..Math.Min(12, commit.Length)]}" : "")})";

    private static string Some(IReadOnlyList<string> names) =>
        names.Count <= MostNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";
}
