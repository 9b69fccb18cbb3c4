namespace Tidegate.Upstream;

/// <summary>
/// Builds the address of a forwarded request without touching a byte of its path and query: no dot segment is resolved, no escape is
/// decoded, encoded again or changed in case. <see cref="Uri"/> does all of that by default, and the request that was decided would not be
/// the request that is sent.
/// </summary>
internal static class RawTarget
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <param name="origin">Scheme and authority, such as <c>https://10.0.0.1:6443</c>.</param>
    /// <param name="pathAndQuery">Begins with <c>/</c>; exactly the bytes to send.</param>
    public static Uri Create(string origin, string pathAndQuery) => new(string.Concat(origin, pathAndQuery), in Verbatim);
}
