using System.Buffers;
using System.Collections.Frozen;

namespace Tidegate.Impersonation;

/// <summary>
/// The headers that a <c>Connection</c> header declares to be for this connection only (RFC 9110, 7.6.1). They are taken out of the request before anything is read from it, so that nothing
/// is decided by what is not sent; one by which requests are decided cannot be declared so.
/// </summary>
internal static class ConnectionHeader
{
    private static readonly SearchValues<char> Token = SearchValues.Create(NameList.Token);

    private static readonly string[] DecidingPrefixes = ["Content-", "Impersonate", "X-Remote-", "Sec-WebSocket-", "X-Stream-Protocol-"];

    // The two last are what the audit record says of the client's program and of the API server's own record.
    private static readonly FrozenSet<string> Deciding = new[] { "Accept", "Authorization", "Host", "Transfer-Encoding", "User-Agent", "Audit-Id" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes out what the header names.</summary>
    /// <returns>Why the request must be refused; null when it need not.</returns>
    public static string? Apply(IHeaderDictionary headers)
    {
        if (headers.Connection.Count == 0)
        {
            return null;
        }

        if (!NameList.TryRead(headers.Connection, Token, out var names))
        {
            return "the Connection header must be a list of names";
        }

        foreach (var name in names)
        {
            if (Decides(name))
            {
                return $"the Connection header names {name}, by which the request is decided: that cannot be for this connection only";
            }

            if (!HeaderHygiene.IsHopByHop(name))
            {
                headers.Remove(name);
            }
        }

        return null;
    }

    private static bool Decides(string name) =>
        Deciding.Contains(name) || Array.Exists(DecidingPrefixes, p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
}
