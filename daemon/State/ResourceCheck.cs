using Tidegate.Kubernetes;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>What the configuration has to say about a resource that is valid in itself.</summary>
internal sealed class ResourceCheck(BuildOptions options, DesiredState previous)
{
    private const string SystemPrefix = "system:";

    private static readonly ClusterCredential Unread = new(new Uri("https://unread.invalid/"));

    /// <summary>The resource to use; null with the reason when the configuration forbids it.</summary>
    public IResource? Run(IResource resource, out (string Field, string Message)? error)
    {
        error = resource switch
        {
            KubeCluster { Credential.InsecureSkipTlsVerify: true } when !options.AllowInsecureSkipTlsVerify => ("spec.kubeconfig", CredentialReader.InsecureRefusal),
            KubeCluster cluster => Address(cluster.Credential),
            Role role => SystemPrincipal(role),
            _ => null,
        };
        if (error is not null)
        {
            return null;
        }

        return resource is HostCluster host ? Read(host, out error) : resource;
    }

    private (string Field, string Message)? Address(ClusterCredential credential)
    {
        if (credential.IsOfHost)
        {
            return null;
        }

        if (options.Addresses.WhyRefused(credential.Server) is { } server)
        {
            return ("spec.kubeconfig", $"the kubeconfig's server {credential.Server.Authority} is {server}");
        }

        return credential.ProxyUrl is { } proxy && options.Addresses.WhyRefused(proxy) is { } refused
            ? ("spec.kubeconfig", $"the kubeconfig's proxy-url {proxy.Authority} is {refused}")
            : null;
    }

    private KubeCluster? Read(HostCluster host, out (string Field, string Message)? error)
    {
        error = null;
        if (!options.ReadsHostFiles)
        {
            error = KubeconfigReader.WhyNotThere(host.KubeconfigFile, options.KubeconfigDirectories) is { } reason ? ("spec.kubeconfig_file", reason) : null;
            return error is null ? host.With(Unread) : null;
        }

        var result = KubeconfigReader.FromDirectories(host.KubeconfigFile, options.KubeconfigDirectories, options.AllowInsecureSkipTlsVerify);
        if (result.Credential is null)
        {
            error = ("spec.kubeconfig_file", string.Join("; ", result.Problems));
            return null;
        }

        // The same value as before keeps its identity, so that comparing states stays cheap.
        var cluster = host.With(result.Credential);
        return previous.Clusters.TryGetValue(host.Name, out var before) && before.Equals(cluster) && before.Origin.Line == cluster.Origin.Line
            ? before
            : cluster;
    }

    private (string Field, string Message)? SystemPrincipal(Role role) =>
        Forbidden(role.Allow.KubernetesGroups, "spec.allow.kubernetes_groups") ?? Forbidden(role.Allow.KubernetesUsers, "spec.allow.kubernetes_users");

    private (string Field, string Message)? Forbidden(EquatableList<string> principals, string field)
    {
        foreach (var name in principals)
        {
            if (name.StartsWith(SystemPrefix, StringComparison.OrdinalIgnoreCase) && !options.AllowedSystemPrincipals.Contains(name))
            {
                return (field, $"roles may not grant \"{name}\" unless the gate's configuration lists it under kubernetes_service.allow_system_principals");
            }
        }

        return null;
    }
}
