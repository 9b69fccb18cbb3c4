using System.Net;
using Tidegate.Upstream;

namespace Tidegate.Schema;

/// <summary>Asks a cluster for its kinds, with the gate's own credential: discovery is open to everybody who may log in, and nobody's answer differs.</summary>
internal sealed class DiscoveryClient(UpstreamCluster cluster)
{
    /// <summary>Longest document, in bytes: a hundred times what a cluster with a thousand custom kinds sends.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private const int AtOnce = 4;
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    /// <summary>The kinds as they are now.</summary>
    /// <param name="before">What was known; what has not changed is not sent again.</param>
    /// <exception cref="HttpRequestException">The cluster does not answer, or answers something else than success.</exception>
    /// <exception cref="FormatException">It answers with something else than discovery.</exception>
    /// <exception cref="IOException">It breaks off.</exception>
    public async Task<ClusterKinds> LoadAsync(ClusterKinds? before, CancellationToken cancellationToken)
    {
        var core = await RootAsync("/api", before?.Core, cancellationToken);
        var groups = await RootAsync("/apis", before?.Groups, cancellationToken);
        return before is not null && ReferenceEquals(core, before.Core) && ReferenceEquals(groups, before.Groups) ? before : new(core, groups);
    }

    private async Task<DiscoveryDocument> RootAsync(string path, DiscoveryDocument? before, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(path, Aggregated, before?.ETag, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified && before?.ETag is not null)
        {
            return before;
        }

        var body = await BodyAsync(path, response, cancellationToken);
        var document = DiscoveryReader.ReadAggregated(body, ETagOf(response))
            ?? await VersionsAsync(path, DiscoveryReader.ReadVersions(body), cancellationToken);
        return document.WithStaleFrom(before);
    }

    /// <summary>The old way: one document for each version. A version that cannot be had leaves its group stale, as the cluster itself does in the new way.</summary>
    private async Task<DiscoveryDocument> VersionsAsync(string root, IReadOnlyList<(string Group, string Version)> versions, CancellationToken cancellationToken)
    {
        var bodies = new byte[]?[versions.Count];
        await Parallel.ForAsync(0, versions.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var (group, version) = versions[i];
            var path = group.Length == 0 ? $"{root}/{version}" : $"{root}/{group}/{version}";
            using var response = await SendAsync(path, "application/json", null, token);
            bodies[i] = IsUnavailable(response.StatusCode) ? null : await BodyAsync(path, response, token);
        });
        var kinds = new KindCollector();
        for (var i = 0; i < bodies.Length; i++)
        {
            if (bodies[i] is { } body)
            {
                DiscoveryReader.ReadVersion(body, versions[i].Group, kinds);
            }
            else
            {
                kinds.MarkStale(versions[i].Group);
            }
        }

        return kinds.Collect(null);
    }

    /// <summary>What kube-aggregator answers for a server that is away, and for a version that went away since the list was made.</summary>
    private static bool IsUnavailable(HttpStatusCode code) => code is HttpStatusCode.NotFound or >= HttpStatusCode.InternalServerError;

    private async Task<HttpResponseMessage> SendAsync(string path, string accept, string? eTag, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, cluster.Address(path))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = cluster.HostOverride;
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (eTag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", eTag);
        }

        if (cluster.Authorization() is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await cluster.Invoker.SendAsync(request, cancellationToken);
    }

    private static async Task<byte[]> BodyAsync(string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"it answered {(int)response.StatusCode} to GET {path}");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[81920];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > MaxBytes)
            {
                throw new FormatException($"it answered with more than {MaxBytes} bytes to GET {path}");
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static string? ETagOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("ETag", out var values) && values.Count == 1 ? values.ToString() : null;
}
