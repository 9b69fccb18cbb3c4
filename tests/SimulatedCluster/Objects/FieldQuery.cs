using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>A <c>fieldSelector</c> parameter; any path of the object may be named, a missing field is the empty string.</summary>
internal sealed class FieldQuery
{
    private readonly List<(string[] Path, string Value, bool Negated)> requirements = [];

    public static FieldQuery Parse(string text)
    {
        FieldQuery query = new();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            bool negated = part.Contains("!=", StringComparison.Ordinal);
            int at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw ApiException.BadRequest($"invalid selector: '{part}'; can't understand '{part}'");
            }

            string key = part[..at].TrimEnd('!');
            query.requirements.Add((key.Split('.'), part[(at + 1)..].TrimStart('='), negated));
        }

        return query;
    }

    /// <summary>The name that <c>metadata.name=x</c> selects, or null.</summary>
    public string? SingleName => requirements.FirstOrDefault(r => !r.Negated && r.Path is ["metadata", "name"]).Value;

    public bool Matches(JsonObject item) => requirements.TrueForAll(r => (Value(item, r.Path) == r.Value) != r.Negated);

    private static string Value(JsonObject item, string[] path) => item.At(path) switch
    {
        null => "",
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonNode node => node.ToJsonString(),
    };
}
