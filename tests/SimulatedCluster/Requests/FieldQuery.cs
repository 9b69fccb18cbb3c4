using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Requests;

/// <summary>
/// A <c>fieldSelector</c> parameter by apimachinery's pkg/fields/selector.go; a missing field is the empty string.
/// </summary>
internal sealed class FieldQuery
{
    public static readonly FieldQuery Everything = new();

    private static readonly string[] Operators = ["!=", "==", "="];

    private readonly List<(string Field, string Value, bool Negated)> requirements = [];

    /// <exception cref="ApiException">400 for a term without operator or a bad escape.</exception>
    public static FieldQuery Parse(string text)
    {
        FieldQuery query = new();
        foreach (string term in Terms(text).Where(t => t.Length > 0).Order(StringComparer.Ordinal))
        {
            (string field, string op, string value) = Split(term) ?? throw ApiException.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            query.requirements.Add((field, Unescape(value), op == "!="));
        }

        return query;
    }

    public IEnumerable<string> FieldNames => requirements.Select(r => r.Field);

    /// <summary>The value that a field must have, or null if the selector leaves it open.</summary>
    public string? ExactMatch(string field)
    {
        foreach ((string name, string value, bool negated) in requirements)
        {
            if (!negated && name == field)
            {
                return value;
            }
        }

        return null;
    }

    public bool IsEmpty => requirements.Count == 0;

    public bool Matches(JsonObject item) => requirements.TrueForAll(r => (Value(item, r.Field) == r.Value) != r.Negated);

    private static string Value(JsonObject item, string field) => item.At(field.Split('.')) switch
    {
        null => "",
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonNode node => node.ToJsonString(),
    };

    /// <summary>Splits at commas that no backslash stands before.</summary>
    private static IEnumerable<string> Terms(string text)
    {
        int start = 0;
        bool escaped = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (!escaped && text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }

            escaped = !escaped && text[i] == '\\';
        }

        yield return text[start..];
    }

    private static (string Field, string Operator, string Value)? Split(string term)
    {
        for (int i = 0; i < term.Length; i++)
        {
            foreach (string op in Operators)
            {
                if (term.AsSpan(i).StartsWith(op, StringComparison.Ordinal))
                {
                    return (term[..i], op, term[(i + op.Length)..]);
                }
            }
        }

        return null;
    }

    private static string Unescape(string value)
    {
        StringBuilder plain = new();
        bool escaped = false;
        foreach (char c in value)
        {
            if (escaped)
            {
                _ = c is '\\' or ',' or '=' ? plain.Append(c) : throw ApiException.BadRequest($"invalid field selector: invalid escape sequence: \\{c}");
                escaped = false;
            }
            else if (c is ',' or '=')
            {
                throw ApiException.BadRequest($"invalid field selector: unescaped character in value: {(int)c}");
            }
            else
            {
                escaped = c == '\\';
                _ = escaped ? plain : plain.Append(c);
            }
        }

        return escaped ? throw ApiException.BadRequest("invalid field selector: invalid escape sequence: \\") : plain.ToString();
    }
}
