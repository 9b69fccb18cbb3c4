using System.Collections.Concurrent;
using System.Globalization;
using Tidegate.Comparison;
using Tidegate.Labels;
using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Tests.Comparison;

/// <summary>Rules in a line each: <c>before allow ROLE:LINE KIND GROUP NAMESPACE NAME VERBS</c>; <c>&lt;&gt;</c> is an empty text.</summary>
internal static class WrittenRules
{
    private static readonly ConcurrentDictionary<string, LabelPattern> Patterns = new(StringComparer.Ordinal);

    public static PersonAccess Side(string person, string cluster, IEnumerable<string> lines, string side)
    {
        var own = lines.Where(l => l.StartsWith(side + " ", StringComparison.Ordinal)).Select(l => l.Split(' ')).ToList();
        return new(person, cluster, [person], ["viewers"], [.. own.Where(c => c[1] == "allow").Select(Rule)], [.. own.Where(c => c[1] == "deny").Select(Rule)]);
    }

    public static ResourceRule Rule(string kind, string group, string ns, string name, ResourceVerbs verbs, string role = "role", int line = 1) =>
        new(kind, Pattern(group), Pattern(ns), Pattern(name), verbs, role, new Origin($"{role}.yaml", line, "c0ffee"));

    public static LabelPattern Pattern(string text) =>
        Patterns.GetOrAdd(text, static t => LabelPattern.Compile(t, out var error) ?? throw new InvalidDataException(error));

    /// <summary>A difference as tests write it: what, for which verbs, where, through which rule.</summary>
    public static string Shown(AccessDifference d)
    {
        var o = d.Objects;
        var except = o.Except.Count > 0 ? $" except {string.Join(',', o.Except)}" : "";
        var denied = d.Denied is null ? "" : $" denied by {d.Denied.Rule}";
        return $"{(d.Change == AccessChange.Gained ? "gained" : "lost")} {Verbs(d.Verbs)} on {o.Kind} of {Text(o.ApiGroup)}{except} in {Text(o.Namespace)} named {o.Name}, as {o.Example}, by {d.By.Rule}{denied}{(d.HasExceptions ? " with exceptions" : "")}";
    }

    public static string Verbs(ResourceVerbs verbs) => verbs == ResourceVerbs.All ? "*" : verbs.ToString().ToLowerInvariant().Replace(", ", ",", StringComparison.Ordinal);

    private static ResourceRule Rule(string[] cells)
    {
        var place = cells[2].Split(':');
        return Rule(cells[3], Plain(cells[4]), Plain(cells[5]), Plain(cells[6]), VerbsOf(cells[7]), place[0], int.Parse(place[1], CultureInfo.InvariantCulture));
    }

    private static ResourceVerbs VerbsOf(string text) => text == "*" ? ResourceVerbs.All : Enum.Parse<ResourceVerbs>(text, ignoreCase: true);

    private static string Plain(string text) => text == "<>" ? "" : text;

    private static string Text(string text) => text.Length == 0 ? "<>" : text;
}
