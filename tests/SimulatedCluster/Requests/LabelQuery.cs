using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Requests;

/// <summary>A <c>labelSelector</c> parameter by the grammar of apimachinery's pkg/labels/selector.go.</summary>
internal sealed partial class LabelQuery
{
    public static readonly LabelQuery Everything = new([""]);

    private readonly List<Func<JsonNode?, bool>> requirements = [];
    private readonly List<string> tokens;
    private int next;

    private LabelQuery(List<string> tokens) => this.tokens = tokens;

    private string Ahead => tokens[next];

    /// <exception cref="ApiException">400 for what the grammar, or the syntax of keys and values, does not allow.</exception>
    public static LabelQuery Parse(string text)
    {
        LabelQuery query = new(LabelLexer.Tokens(text));
        query.ReadAll();
        return query;
    }

    public bool IsEmpty => requirements.Count == 0;

    public bool Matches(JsonObject item)
    {
        JsonNode? labels = item.At("metadata", "labels");
        return requirements.TrueForAll(r => r(labels));
    }

    private string Take() => tokens[next < tokens.Count - 1 ? next++ : next];

    private void ReadAll()
    {
        if (Ahead.Length == 0)
        {
            return;
        }

        while (true)
        {
            if (!LabelLexer.IsWord(Ahead) && Ahead != "!")
            {
                throw Unexpected(Ahead, "!, identifier, or 'end of string'");
            }

            requirements.Add(ReadRequirement());
            string after = Take();
            if (after.Length == 0)
            {
                return;
            }

            if (after != ",")
            {
                throw Unexpected(after, "',' or 'end of string'");
            }
        }
    }

    private Func<JsonNode?, bool> ReadRequirement()
    {
        string token = Take();
        bool absent = token == "!";
        string key = absent ? Take() : token;
        if (!LabelLexer.IsWord(key))
        {
            throw Unexpected(key, "identifier");
        }

        CheckKey(key);
        if (absent)
        {
            return labels => labels.Text(key) is null;
        }

        if (Ahead is "" or ",")
        {
            return labels => labels.Text(key) is not null;
        }

        string op = Take();
        HashSet<string> values = op switch
        {
            "in" or "notin" => ReadSet(),
            "=" or "==" or "!=" or ">" or "<" => [ReadValue()],
            _ => throw Unexpected(op, "in, notin, =, ==, !=, gt, lt"),
        };
        return Requirement(key, op, values);
    }

    private static Func<JsonNode?, bool> Requirement(string key, string op, HashSet<string> values)
    {
        foreach (string value in values)
        {
            if (value.Length > 63 || (value.Length > 0 && !ValueForm().IsMatch(value)))
            {
                throw ApiException.BadRequest($"unable to parse requirement: values[0][{key}]: Invalid value: \"{value}\"");
            }
        }

        switch (op)
        {
            case "in" or "=" or "==":
                return labels => labels.Text(key) is { } value && values.Contains(value);
            case "notin" or "!=":
                return labels => labels.Text(key) is not { } value || !values.Contains(value);
            default:
                long bound = Integer(values.Single()) ?? throw ApiException.BadRequest($"unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer");
                return labels => Integer(labels.Text(key)) is { } number && (op == ">" ? number > bound : number < bound);
        }
    }

    /// <summary>A single value; nothing before a comma or the end is the empty one.</summary>
    private string ReadValue()
    {
        if (Ahead is "" or ",")
        {
            return "";
        }

        string value = Take();
        return LabelLexer.IsWord(value) ? value : throw Unexpected(value, "identifier");
    }

    /// <summary>Values between parentheses; an empty place is the empty value.</summary>
    private HashSet<string> ReadSet()
    {
        string open = Take();
        if (open != "(")
        {
            throw Unexpected(open, "'('");
        }

        HashSet<string> values = new(StringComparer.Ordinal);
        while (true)
        {
            values.Add(LabelLexer.IsWord(Ahead) ? Take() : "");
            string after = Take();
            if (after == ")")
            {
                return values;
            }

            if (after != ",")
            {
                throw Unexpected(after, "',' or ')'");
            }
        }
    }

    private static void CheckKey(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        string name = key[(slash + 1)..];
        bool prefixed = slash < 0 || (slash is > 0 and <= 253 && PrefixForm().IsMatch(key[..slash]));
        if (!prefixed || name.Length is 0 or > 63 || !ValueForm().IsMatch(name))
        {
            throw ApiException.BadRequest($"unable to parse requirement: <nil>: Invalid value: \"{key}\"");
        }
    }

    private static long? Integer(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static ApiException Unexpected(string found, string expected) =>
        ApiException.BadRequest($"unable to parse requirement: found '{found}', expected: {expected}");

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?\z")]
    private static partial Regex ValueForm();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z")]
    private static partial Regex PrefixForm();
}
