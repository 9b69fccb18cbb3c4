using System.Text;

namespace Tidegate.Benchmarks.Programs;

/// <summary>The manifests of the benchmark's repositories.</summary>
internal static class SampleManifests
{
    /// <summary>Alice has two roles, each of which gives a group: two <c>Impersonate-Group</c> lines.</summary>
    public const string People =
        """
        kind: role
        version: v8
        metadata: { name: editor }
        spec:
          allow:
            kubernetes_labels: { env: [dev, 'prod-*'] }
            kubernetes_groups: [edit]
            kubernetes_resources: [{ kind: '*', api_group: '*', namespace: '*', name: '*', verbs: ['*'] }]
        ---
        kind: role
        version: v8
        metadata: { name: viewer }
        spec:
          allow:
            kubernetes_labels: { '*': '*' }
            kubernetes_groups: [view]
            kubernetes_resources: [{ kind: '*', api_group: '*', namespace: '*', name: '*', verbs: ['*'] }]
        ---
        kind: user
        version: v2
        metadata: { name: alice }
        spec: { roles: [editor, viewer] }
        """;

    public static string Kubeconfig(string server, string authorityPem, string token) =>
        $"""
        apiVersion: v1
        kind: Config
        current-context: default
        clusters:
        - name: default
          cluster:
            server: {server}
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem))}
        users:
        - name: gate
          user:
            token: {token}
        contexts:
        - name: default
          context:
            cluster: default
            user: gate
        """;

    public static string Cluster(string name, string kubeconfig, string labels = "{ env: dev, region: eu-west-1 }") =>
        $"""
        kind: kube_cluster
        version: v3
        metadata:
          name: {name}
          labels: {labels}
        spec:
          kubeconfig: {Convert.ToBase64String(Encoding.UTF8.GetBytes(kubeconfig))}

        """;
}
