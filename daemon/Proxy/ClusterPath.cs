using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Tidegate.Proxy;

/// <summary>
/// A request target of the form <c>/clusters/NAME/…</c>, split without decoding anything: what follows the name is forwarded byte for byte.
/// </summary>
/// <param name="Cluster">The name as it stands in the path; names need no escapes.</param>
/// <param name="Path">The rest, beginning with <c>/</c>, without query.</param>
/// <param name="Query">The query without its question mark; null when there is none.</param>
internal readonly record struct ClusterPath(string Cluster, string Path, string? Query)
{
    public const string Prefix = "/clusters/";

    // Printable ASCII without '#': a space would end the request line, a control character could forge one, and a fragment has no place
    // in a request. HTTP/2 clients can send all of them.
    private static readonly SearchValues<char> Sendable =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x20).Select(c => (char)c).Where(c => c != '#')]);

    /// <summary>Path and query as they are sent to the cluster.</summary>
    public string PathAndQuery => Query is null ? Path : $"{Path}?{Query}";

    /// <summary>Whether every character of a target may stand in a request line.</summary>
    public static bool IsSendable(string rawTarget) => rawTarget.Length > 0 && rawTarget[0] == '/' && !rawTarget.AsSpan().ContainsAnyExcept(Sendable);

    /// <summary>Splits a target; false when it does not begin with the prefix and a name.</summary>
    public static bool TryParse(string rawTarget, [NotNullWhen(true)] out ClusterPath result)
    {
        result = default;
        if (!rawTarget.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var question = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? rawTarget.AsSpan() : rawTarget.AsSpan(0, question);
        var rest = path[Prefix.Length..];
        var slash = rest.IndexOf('/');
        var name = slash < 0 ? rest : rest[..slash];
        if (name.IsEmpty)
        {
            return false;
        }

        result = new(name.ToString(), slash < 0 ? "/" : rest[slash..].ToString(), question < 0 ? null : rawTarget[(question + 1)..]);
        return true;
    }
}
