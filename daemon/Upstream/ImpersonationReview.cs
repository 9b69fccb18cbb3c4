namespace Tidegate.Upstream;

/// <summary>
/// Asks a cluster whether the gate's own account may impersonate, which is all that it needs there. Source: Teleport, <c>lib/kube/proxy/auth.go</c>, which
/// asks the same three questions when it starts.
/// </summary>
internal static class ImpersonationReview
{
    private static readonly string[] Resources = ["users", "groups", "serviceaccounts"];

    /// <returns>What the account may not impersonate, of <c>users</c>, <c>groups</c> and <c>serviceaccounts</c>; empty when all is well.</returns>
    /// <exception cref="HttpRequestException">The cluster does not answer, or does not answer the question.</exception>
    public static async Task<IReadOnlyList<string>> MissingAsync(UpstreamCluster cluster, CancellationToken cancellationToken)
    {
        using var invoker = cluster.CreateShortLived();
        var missing = new List<string>();
        foreach (var resource in Resources)
        {
            if (!await SelfAccessReview.MayGateAsync(cluster, invoker, new() { Verb = "impersonate", Resource = resource }, cancellationToken))
            {
                missing.Add(resource);
            }
        }

        return missing;
    }
}
