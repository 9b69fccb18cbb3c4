using System.Globalization;

namespace Tidegate.Kubernetes;

/// <summary>The parts of a collection's query that say what is asked, read as Go's <c>url.ParseQuery</c> and the API machinery read them.</summary>
internal static class ListQuery
{
    /// <summary>Whether <c>watch</c> is there and neither <c>false</c> nor <c>0</c>; an empty value counts as true, and only the first value counts.</summary>
    public static bool IsWatch(string rawQuery) =>
        Value(rawQuery, "watch") is { } value && !(value.Equals("false", StringComparison.OrdinalIgnoreCase) || value == "0");

    /// <summary>The object that <c>fieldSelector=metadata.name=x</c> selects; empty when it selects none or several.</summary>
    public static string NameSelected(string rawQuery)
    {
        if (Value(rawQuery, "fieldSelector") is not { Length: > 0 } selector)
        {
            return "";
        }

        var found = FieldSelector.Exact(selector, "metadata.name");

        // What may not be a path segment is not taken for a name, by the server's own rule.
        return found is null or "." or ".." || found.AsSpan().ContainsAny('/', '%') ? "" : found;
    }

    /// <summary>How many objects <c>limit</c> asks for at most; 0: all, also where it is no number, which the server refuses.</summary>
    public static long Limit(string rawQuery) =>
        long.TryParse(Value(rawQuery, "limit"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit) ? Math.Max(limit, 0) : 0;

    /// <summary>The query with other parameters.</summary>
    /// <param name="without">The names of those that go, wherever and how often they stand.</param>
    /// <param name="pairs">What is added, encoded.</param>
    public static string With(string rawQuery, IReadOnlyList<string> without, params IReadOnlyList<string> pairs) => string.Join('&', rawQuery
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Where(p => !without.Contains(RequestPath.Unescape(p.Split('=')[0], plusIsSpace: true, anyBytes: true) ?? "", StringComparer.Ordinal))
        .Concat(pairs));

    /// <summary>The first value of a parameter, decoded; null when there is none.</summary>
    public static string? Value(string rawQuery, string key)
    {
        // Most queries hold none; a parameter whose name is percent-encoded is found all the same.
        foreach (var range in rawQuery.AsSpan().Split('&'))
        {
            var pair = rawQuery.AsSpan(range);
            if (pair.IsEmpty || pair.Contains(';'))
            {
                continue;
            }

            var equals = pair.IndexOf('=');
            var name = equals < 0 ? pair : pair[..equals];
            if (RequestPath.Unescape(name, plusIsSpace: true, anyBytes: true) != key)
            {
                continue;
            }

            if (RequestPath.Unescape(equals < 0 ? default : pair[(equals + 1)..], plusIsSpace: true, anyBytes: true) is { } value)
            {
                return value;
            }
        }

        return null;
    }
}
