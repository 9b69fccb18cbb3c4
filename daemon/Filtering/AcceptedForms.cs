using Microsoft.Extensions.Primitives;

namespace Tidegate.Filtering;

/// <summary>
/// Takes from a client's <c>Accept</c> what can be filtered. The API server splits the line at every comma and semicolon, in quotes or not
/// (<c>github.com/munnerz/goautoneg</c>), so that nothing with a quote is passed on: what follows it would be read differently there.
/// </summary>
internal static class AcceptedForms
{
    /// <summary>The line for the cluster.</summary>
    /// <returns>Null when nothing is left.</returns>
    public static string? Filterable(StringValues accept)
    {
        var ranges = accept.SelectMany(line => Split(line ?? "")).ToList();
        if (ranges.Count == 0)
        {
            return FilteredBody.Json;
        }

        var kept = ranges.Select(Filterable).OfType<string>().ToList();
        return kept.Count == 0 ? null : string.Join(',', kept);
    }

    private static string? Filterable(string range)
    {
        if (range.Contains('"', StringComparison.Ordinal) || range.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return null;
        }

        var semicolon = range.IndexOf(';', StringComparison.Ordinal);
        var type = (semicolon < 0 ? range : range[..semicolon]).Trim();
        var parameters = semicolon < 0 ? "" : range[semicolon..];
        return type.ToLowerInvariant() switch
        {
            FilteredBody.Json or FilteredBody.Protobuf => range,
            "*/*" or "application/*" => FilteredBody.Json + parameters,
            _ => null,
        };
    }

    /// <summary>The media ranges of one line: separated by commas that stand in no quotes.</summary>
    private static IEnumerable<string> Split(string line)
    {
        var quoted = false;
        var start = 0;
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || (line[i] == ',' && !quoted))
            {
                if (line[start..i].Trim() is { Length: > 0 } range)
                {
                    yield return range;
                }

                start = i + 1;
            }
            else if (line[i] == '\\' && quoted)
            {
                i = Math.Min(i + 1, line.Length - 1);
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
        }
    }
}
