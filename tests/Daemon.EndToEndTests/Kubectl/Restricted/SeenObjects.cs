using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tidegate.Simulation;
using Tidegate.Simulation.Objects;

namespace Tidegate.EndToEndTests.Kubectl.Restricted;

/// <summary>Which objects an output of kubectl shows, in any of its forms, and which it should show.</summary>
internal static partial class SeenObjects
{
    /// <summary>Reads an output.</summary>
    /// <param name="words">The command, which says what the form is.</param>
    /// <returns><c>namespace/name</c>, sorted; only the name where the form or the kind has no namespace.</returns>
    public static IReadOnlyList<string> Of(string[] words, string output)
    {
        bool isOfAll = words.Contains("-A");
        return Sorted(Form(words) switch
        {
            "json" => JsonNode.Parse(output).Items("items").Select(i => Key(isOfAll ? i.Text("metadata", "namespace") : null, i.Text("metadata", "name")!)),
            "yaml" => Yaml(output, isOfAll),
            "name" => Lines(output).Select(l => l[(l.IndexOf('/') + 1)..]),
            "describe" => Described(output, isOfAll),
            _ => Rows(output, isOfAll),
        });
    }

    /// <summary>What the cluster has of some kinds, as far as one of the patterns names it.</summary>
    /// <param name="patterns"><c>namespace/name</c>, or names of a kind without namespaces; <c>*</c> in place of either, or at its end.</param>
    public static IReadOnlyList<string> Expected(SimulatedCluster cluster, string[] kinds, string[] patterns, string[] words)
    {
        string? selector = words.SkipWhile(w => w != "-l").ElementAtOrDefault(1);
        List<string> all = [];
        foreach (ResourceType type in kinds.Select(k => TypeOf(cluster, k)))
        {
            bool hasNamespaces = words.Contains("-A") && type.Namespaced && Form(words) != "name";
            List<JsonObject> shown = [.. cluster.Store.List(type, "").Items.Where(o => IsSelected(o, selector) && patterns.Any(p => Matches(p, type.Namespaced, o)))];
            shown.ShouldNotBeEmpty($"no {type.QualifiedName} is expected, which a case says in other words");
            all.AddRange(shown.Select(o => Key(hasNamespaces ? o.Namespace() : null, o.Name())));
        }

        return Sorted(all);
    }

    /// <param name="kind">Plural, with <c>.group</c> unless it is of the core group.</param>
    public static ResourceType TypeOf(SimulatedCluster cluster, string kind)
    {
        string[] named = kind.Split('.', 2);
        return cluster.Store.Catalog.All.First(t => t.Plural == named[0] && t.Group == (named.Length == 2 ? named[1] : ""));
    }

    private static string Form(string[] words) =>
        words[0] == "describe" ? "describe" : words.SkipWhile(w => w != "-o").ElementAtOrDefault(1) ?? "table";

    private static bool Matches(string pattern, bool isNamespaced, JsonObject item)
    {
        string[] parts = pattern.Split('/');
        return isNamespaced ? Matches(parts[0], item.Namespace()) && Matches(parts[1], item.Name()) : Matches(pattern, item.Name());
    }

    private static bool Matches(string pattern, string text) =>
        pattern[^1] == '*' ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : text == pattern;

    /// <param name="selector"><c>key=value</c>; null: all.</param>
    private static bool IsSelected(JsonObject item, string? selector) =>
        selector?.Split('=') is not [var key, var value] || item.Text("metadata", "labels", key) == value;

    private static IEnumerable<string> Rows(string output, bool isOfAll) =>
        from line in Lines(output)
        let cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where cells.Length > 1 && cells[0] is not ("NAME" or "NAMESPACE")
        let name = (isOfAll ? cells[1] : cells[0])
        select Key(isOfAll ? cells[0] : null, name[(name.IndexOf('/') + 1)..]);

    private static IEnumerable<string> Yaml(string output, bool isOfAll) => Pairs(YamlField().Matches(output), isOfAll);

    private static IEnumerable<string> Described(string output, bool isOfAll) => Pairs(DescribedField().Matches(output), isOfAll);

    private static IEnumerable<string> Pairs(MatchCollection fields, bool isOfAll)
    {
        string? name = null;
        foreach (Match field in fields)
        {
            if (field.Groups[1].Value.Equals("name", StringComparison.OrdinalIgnoreCase))
            {
                name = field.Groups[2].Value;
            }
            else
            {
                yield return Key(isOfAll ? field.Groups[2].Value : null, name!);
            }
        }
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Key(string? ns, string name) => ns is null ? name : $"{ns}/{name}";

    private static List<string> Sorted(IEnumerable<string> keys) => [.. keys.Order(StringComparer.Ordinal)];

    // The metadata of an item of a list; what else has a name lies deeper.
    [GeneratedRegex("^    (name|namespace): (.+)$", RegexOptions.Multiline)]
    private static partial Regex YamlField();

    [GeneratedRegex("^(Name|Namespace): +(.+)$", RegexOptions.Multiline)]
    private static partial Regex DescribedField();
}
