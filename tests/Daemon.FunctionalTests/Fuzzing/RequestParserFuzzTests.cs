using System.Text;
using Tidegate.Kubernetes;
using Tidegate.Proxy;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Requests;
using Tidegate.Tests.Fuzzing;

namespace Tidegate.FunctionalTests.Fuzzing;

/// <summary>
/// The reader of requests under mutated request lines: what it does not refuse it understands as the cluster does, for which an independent reading of the API server's rules
/// stands.
/// </summary>
public sealed class RequestParserFuzzTests
{
    private static readonly string[] Corpus =
    [
        "GET /api/v1/pods", "GET /api/v1/namespaces/dev/pods/web-0/log?follow=true", "POST /api/v1/namespaces/dev/pods/web-0/exec?command=sh", "GET /apis/apps/v1/deployments?watch=1",
        "DELETE /apis/apps/v1/namespaces/dev/deployments?labelSelector=app%3Dweb", "PUT /api/v1/namespaces/dev/status", "PUT /api/v1/namespaces/dev/finalize", "PATCH /api/v1/nodes/node-0/status",
        "GET /api/v1/watch/namespaces/dev/pods/web-0", "GET /api/v1/proxy/namespaces/dev/services/web:80/a%2Fb//c", "GET /api/v1/namespaces/dev/services/https:web:443/proxy/a%2Fb//../c?x=%zz",
        "GET /api/v1/pods?fieldSelector=metadata.name%3Dweb-0", "GET /api/v1/pods?fieldSelector=metadata.name%3D%3Dweb-0,spec.nodeName!=x&watch=TRUE", "HEAD /api/v1/pods?watch&watch=0", "GET /apis/apps/v1",
        "GET /api", "GET /openapi/v3/apis/apps/v1?hash=1", "OPTIONS /api/v1/pods", "GET /api/v1/namespaces/dev/namespaces/prod", "GET /api/v1/namespaces/dev/pods/", "GET //api/v1/pods", "GET /api/v1/pods/%2e%2e/secrets",
        "GET /api/v1/pods;x=1?watch=true;y=2", "GET /api/v1/persistentvolumes/a:b.c_d", "get /api/v1/pods", "GET /apis/metrics.k8s.io/v1beta1/namespaces/dev/pods?watch=false",
    ];

    [Fact]
    public void What_is_not_refused_is_understood_as_the_cluster_understands_it()
    {
        var (inputs, outcomes) = Fuzzer.FromEnvironment().Run(new FuzzTarget("request line", Corpus.Select(Encoding.Latin1.GetBytes), Check));

        inputs.ShouldBeGreaterThan(Corpus.Length);
        outcomes.ShouldBeGreaterThan(5);
    }

    private static string Check(byte[] input)
    {
        var line = Encoding.Latin1.GetString(input);
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (method, target) = space < 0 ? ("GET", line) : (line[..space], line[(space + 1)..]);
        if (!ClusterPath.IsSendable(target) || method.Length == 0 || !method.All(char.IsAsciiLetter))
        {
            return "no request";
        }

        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
        if (RequestInfoParser.Parse(method, path, query) is not { Info: { } info, Refusal: var refusal })
        {
            return "refused";
        }

        refusal.ShouldBeNull();
        ApiRequest cluster;
        try
        {
            cluster = ApiRequest.Parse(method, path, query);
        }
        catch (ApiException)
        {
            // The cluster answers with an error, whatever the gate understood.
            return "an error of the cluster";
        }

        var given = (info.IsResourceRequest, info.Verb, info.ApiGroup, info.ApiVersion, info.Namespace, info.Resource, info.Name, info.Subresource);
        given.ShouldBe((cluster.IsResource, cluster.Verb, cluster.Group, cluster.Version, cluster.Namespace, cluster.Resource, cluster.Name, cluster.Subresource), line);
        return $"{info.Verb} {info.IsResourceRequest} {info.Name.Length > 0} {info.Subresource.Length > 0} {info.Namespace.Length > 0} {info.IsDiscovery}";
    }
}
