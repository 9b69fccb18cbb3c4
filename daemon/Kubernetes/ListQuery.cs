namespace Tidegate.Kubernetes;

/// <summary>The parts of a collection's query that say what is asked, read as Go's <c>url.ParseQuery</c> and the API machinery read them.</summary>
internal static class ListQuery
{
    /// <summary>Whether <c>watch</c> is there and neither <c>false</c> nor <c>0</c>; an empty value counts as true, and only the first value counts.</summary>
    public static bool IsWatch(string rawQuery) =>
        First(rawQuery, "watch") is { } value && !(value.Equals("false", StringComparison.OrdinalIgnoreCase) || value == "0");

    /// <summary>The object that <c>fieldSelector=metadata.name=x</c> selects; empty when it selects none or several.</summary>
    public static string NameSelected(string rawQuery)
    {
        if (First(rawQuery, "fieldSelector") is not { Length: > 0 } selector)
        {
            return "";
        }

        var found = FieldSelector.Exact(selector, "metadata.name");

        // What may not be a path segment is not taken for a name, by the server's own rule.
        return found is null or "." or ".." || found.AsSpan().ContainsAny('/', '%') ? "" : found;
    }

    /// <summary>The first value of a parameter; null when there is none.</summary>
    private static string? First(string rawQuery, string key)
    {
        // Most queries hold neither; a parameter whose name is percent-encoded is found all the same.
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
