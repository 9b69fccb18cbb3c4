using Tidegate.Kubernetes;

namespace Tidegate.Access;

/// <summary>
/// The paths that are no resources and that every user of a cluster may read: discovery, versions, health. Source:
/// <c>k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy</c>, <c>system:discovery</c> and <c>system:public-info-viewer</c>. What else there is (logs of the
/// node, profiles, metrics) no role can name, so only a role over everything opens it.
/// </summary>
internal static class PublicPaths
{
    private static readonly string[] Exact = ["/", "/api", "/apis", "/healthz", "/livez", "/readyz", "/version", "/version/", "/openapi"];

    private static readonly string[] Below = ["/api/", "/apis/", "/healthz/", "/livez/", "/readyz/", "/openapi/", "/.well-known/", "/openid/v1/jwks"];

    /// <summary>The paths as a rule of the cluster writes them.</summary>
    public static IReadOnlyList<string> Patterns { get; } = [.. Exact.Skip(1), .. Below.Select(p => p.EndsWith('/') ? p + "*" : p)];

    public static bool Serves(RequestInfo request) =>
        request.Verb is "get" or "head" && !request.IsUpgrade
        && (Exact.Contains(request.Path) || Array.Exists(Below, p => request.Path.StartsWith(p, StringComparison.Ordinal)));
}
