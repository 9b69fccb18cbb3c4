using System.Collections.Frozen;

namespace Tidegate.Impersonation;

/// <summary>
/// Which headers cross the gate. Inbound: nothing that says who somebody is, nothing that concerns one connection only, nothing that an
/// API server takes from a trusted front. Outbound: nothing that concerns one connection, and no cookies of proxied programs.
/// Rules and their sources: the header tables of kube-apiserver's authenticators, RFC 9110 (7.6.1).
/// </summary>
internal static class HeaderHygiene
{
    private static readonly FrozenSet<string> HopByHop = Set(
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings", "Proxy-Authenticate",
        "Proxy-Authentication-Info");

    // Expect is answered here (Kestrel sends 100 when the body is read). Host is the cluster's. A priority is for the client's connection.
    private static readonly FrozenSet<string> NotForwarded = Set(
        "Host", "Expect", "Content-Length", "Max-Forwards", "Authorization", "Proxy", "Cookie", "Origin", "Forwarded", "X-Real-Ip", "X-Client-Cert",
        "X-Kubernetes-Peer-Proxied", "Alt-Used", "Priority", "Early-Data", "X-Original-Url", "X-Rewrite-Url", "X-Http-Method-Override", "X-Http-Method", "X-Method-Override");

    private static readonly string[] ForeignPrefixes = ["Impersonate", "X-Remote-", "X-Forwarded-", "X-SSL-", "Ssl-Client-", "Proxy-", ":"];

    private static readonly FrozenSet<string> NotReturned = Set("Alt-Svc", "Set-Cookie", "Set-Cookie2", "Strict-Transport-Security", "Server-Timing");

    /// <summary>Whether a request header goes to the cluster. Upgrade headers are put back by the forwarder.</summary>
    public static bool IsForwarded(string name) =>
        !HopByHop.Contains(name)
        && !NotForwarded.Contains(name)
        && !Array.Exists(ForeignPrefixes, p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase))
        && !LooksLike(name);

    /// <summary>Whether a header concerns one connection whatever its Connection header says.</summary>
    public static bool IsHopByHop(string name) => HopByHop.Contains(name);

    /// <summary>Whether a response header goes to the client.</summary>
    public static bool IsReturned(string name) => !HopByHop.Contains(name) && !NotReturned.Contains(name);

    /// <summary>
    /// <c>Impersonate_User</c>: some servers and CGI-style fronts fold underscores into dashes. No Kubernetes client sends such a name. What is
    /// forwarded in part only, <see cref="WebSocketProtocols"/>, is not forwarded under a name like it either.
    /// </summary>
    private static bool LooksLike(string name) =>
        name.Contains('_', StringComparison.Ordinal)
        && (name.Replace('_', '-') is var folded) && (!IsForwarded(folded) || folded.Equals(WebSocketProtocols.Header, StringComparison.OrdinalIgnoreCase));

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
