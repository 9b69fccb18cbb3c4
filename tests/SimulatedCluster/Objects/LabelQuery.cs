using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tidegate.Simulation.Objects;

/// <summary>A <c>labelSelector</c> parameter: equality, set and existence requirements joined by commas.</summary>
internal sealed partial class LabelQuery
{
    private readonly List<Func<JsonNode?, bool>> requirements = [];

    public static LabelQuery Parse(string text)
    {
        LabelQuery query = new();
        foreach (string part in SplitOutsideParentheses(text))
        {
            query.requirements.Add(Requirement(part.Trim()));
        }

        return query;
    }

    public bool Matches(JsonObject item)
    {
        JsonNode? labels = item.At("metadata", "labels");
        return requirements.TrueForAll(r => r(labels));
    }

    private static Func<JsonNode?, bool> Requirement(string text)
    {
        if (SetForm().Match(text) is { Success: true } set)
        {
            HashSet<string> values = [.. set.Groups["values"].Value.Split(',').Select(v => v.Trim())];
            string key = set.Groups["key"].Value;
            return set.Groups["op"].Value == "in"
                ? labels => labels.Text(key) is { } value && values.Contains(value)
                : labels => labels.Text(key) is not { } value || !values.Contains(value);
        }

        if (EqualityForm().Match(text) is { Success: true } equality)
        {
            (string key, string value) = (equality.Groups["key"].Value, equality.Groups["value"].Value);
            return equality.Groups["op"].Value == "!=" ? labels => labels.Text(key) != value : labels => labels.Text(key) == value;
        }

        if (KeyForm().Match(text) is { Success: true } existence)
        {
            string key = existence.Groups["key"].Value;
            return existence.Groups["not"].Length > 0 ? labels => labels.Text(key) is null : labels => labels.Text(key) is not null;
        }

        throw ApiException.BadRequest($"unable to parse requirement: {text}");
    }

    private static IEnumerable<string> SplitOutsideParentheses(string text)
    {
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        if (start < text.Length)
        {
            yield return text[start..];
        }
    }

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s+(?<op>in|notin)\s*\((?<values>[^)]*)\)$")]
    private static partial Regex SetForm();

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s*(?<op>==|=|!=)\s*(?<value>[\w.-]*)$")]
    private static partial Regex EqualityForm();

    [GeneratedRegex(@"^(?<not>!?)\s*(?<key>[\w./-]+)$")]
    private static partial Regex KeyForm();
}
