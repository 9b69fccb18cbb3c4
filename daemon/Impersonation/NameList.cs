using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace Tidegate.Impersonation;

/// <summary>
/// The header values that are lists of names (RFC 9110, 5.6.1). What is no name is refused instead of being trimmed: servers differ in what they take for a space, and Go takes more of
/// Unicode for one than anybody else.
/// </summary>
internal static class NameList
{
    /// <summary>The characters of a token (RFC 9110, 5.6.2).</summary>
    public const string Token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Reads all lines of a header together; empty elements do not count.</summary>
    /// <param name="allowed">The characters of an element.</param>
    /// <returns>False when an element holds another character.</returns>
    public static bool TryRead(StringValues lines, SearchValues<char> allowed, [NotNullWhen(true)] out List<string>? names)
    {
        names = [];
        foreach (var line in lines)
        {
            var rest = line.AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.IndexOf(',');
                var name = (comma < 0 ? rest : rest[..comma]).Trim(" \t");
                rest = comma < 0 ? [] : rest[(comma + 1)..];
                if (name.ContainsAnyExcept(allowed))
                {
                    names = null;
                    return false;
                }

                if (!name.IsEmpty)
                {
                    names.Add(name.ToString());
                }
            }
        }

        return true;
    }
}
