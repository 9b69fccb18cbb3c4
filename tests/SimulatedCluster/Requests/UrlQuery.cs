using System.Text;

namespace Tidegate.Simulation.Requests;

/// <summary>
/// A request target as Go's net/url reads it: percent escapes of the path, and a query of which malformed pairs are dropped
/// (<c>URL.Query()</c> forgets the errors of <c>ParseQuery</c>).
/// </summary>
internal sealed class UrlQuery
{
    private readonly Dictionary<string, List<string>> values = new(StringComparer.Ordinal);

    public static UrlQuery Parse(string raw)
    {
        UrlQuery query = new();
        foreach (string pair in raw.Split('&'))
        {
            // A semicolon has been an error instead of a separator since Go 1.17.
            if (pair.Length == 0 || pair.Contains(';', StringComparison.Ordinal))
            {
                continue;
            }

            int at = pair.IndexOf('=', StringComparison.Ordinal);
            if (Unescape(at < 0 ? pair : pair[..at], plusIsSpace: true) is { } name && Unescape(at < 0 ? "" : pair[(at + 1)..], plusIsSpace: true) is { } value)
            {
                if (!query.values.TryGetValue(name, out List<string>? list))
                {
                    query.values[name] = list = [];
                }

                list.Add(value);
            }
        }

        return query;
    }

    /// <summary>All values of a parameter in their order; none if it is not there.</summary>
    public IReadOnlyList<string> All(string name) => values.TryGetValue(name, out List<string>? list) ? list : [];

    /// <summary>The first value, which is the one that Kubernetes converts, or null.</summary>
    public string? First(string name) => values.TryGetValue(name, out List<string>? list) ? list[0] : null;

    public bool Has(string name) => values.ContainsKey(name);

    /// <returns>The text behind the escapes, or null where a percent sign is not followed by two hexadecimal digits.</returns>
    public static string? Unescape(string text, bool plusIsSpace)
    {
        if (!text.AsSpan().ContainsAny('%', '+'))
        {
            return text;
        }

        byte[] source = Encoding.UTF8.GetBytes(text);
        using MemoryStream bytes = new(source.Length);
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i] == '%')
            {
                if (i + 2 >= source.Length || !char.IsAsciiHexDigit((char)source[i + 1]) || !char.IsAsciiHexDigit((char)source[i + 2]))
                {
                    return null;
                }

                bytes.WriteByte(Convert.FromHexString([(char)source[i + 1], (char)source[i + 2]])[0]);
                i += 2;
            }
            else
            {
                bytes.WriteByte(source[i] == '+' && plusIsSpace ? (byte)' ' : source[i]);
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
