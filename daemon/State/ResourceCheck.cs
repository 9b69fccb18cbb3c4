using Tidegate.Kubernetes;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>What the configuration has to say about a resource that is valid in itself.</summary>
internal sealed class ResourceCheck(BuildOptions options, DesiredState previous)
{
    private const string KubeconfigField = "spec.kubeconfig";

    private static readonly ClusterCredential Unread = new(new Uri("https://unread.invalid/"));

    /// <summary>The resource to use; null with the reasons when the configuration forbids it.</summary>
    public IResource? Run(IResource resource, out IReadOnlyList<Problem> errors)
    {
        errors = resource switch
        {
            KubeCluster { Credential.InsecureSkipTlsVerify: true } when !options.AllowInsecureSkipTlsVerify =>
                [Error(resource.Origin, KubeconfigField, "", CredentialReader.InsecureRefusal)],
            KubeCluster cluster => Address(cluster),
            Role { Allow: var allow } =>
            [
                .. Forbidden(allow, allow.KubernetesGroups, "spec.allow.kubernetes_groups", options.SystemPrincipals.GroupObjection),
                .. Forbidden(allow, allow.KubernetesUsers, "spec.allow.kubernetes_users", options.SystemPrincipals.UserObjection),
            ],
            _ => [],
        };
        if (errors.Count > 0)
        {
            return null;
        }

        return resource is HostCluster host ? Read(host, out errors) : resource;
    }

    private IReadOnlyList<Problem> Address(KubeCluster cluster)
    {
        var credential = cluster.Credential;
        if (credential.IsOfHost)
        {
            return [];
        }

        if (options.Addresses.WhyRefused(credential.Server) is { } server)
        {
            return [Error(cluster.Origin, KubeconfigField, "", $"the kubeconfig's server {credential.Server.Authority} is {server}")];
        }

        return credential.ProxyUrl is { } proxy && options.Addresses.WhyRefused(proxy) is { } refused
            ? [Error(cluster.Origin, KubeconfigField, "", $"the kubeconfig's proxy-url {proxy.Authority} is {refused}")]
            : [];
    }

    private KubeCluster? Read(HostCluster host, out IReadOnlyList<Problem> errors)
    {
        errors = [];
        if (!options.ReadsHostFiles)
        {
            errors = KubeconfigReader.WhyNotThere(host.KubeconfigFile, options.KubeconfigDirectories) is { } reason ? [Error(host.Origin, "spec.kubeconfig_file", "", reason)] : [];
            return errors.Count == 0 ? host.With(Unread) : null;
        }

        var result = KubeconfigReader.FromDirectories(host.KubeconfigFile, options.KubeconfigDirectories, options.AllowInsecureSkipTlsVerify);
        if (result.Credential is null)
        {
            errors = [Error(host.Origin, "spec.kubeconfig_file", "", string.Join("; ", result.Problems))];
            return null;
        }

        // The same value as before keeps its identity, so that comparing states stays cheap.
        var cluster = host.With(result.Credential);
        return previous.Clusters.TryGetValue(host.Name, out var before) && before.Equals(cluster) && before.Origin.Line == cluster.Origin.Line
            ? before
            : cluster;
    }

    private static IEnumerable<Problem> Forbidden(RoleConditions allow, EquatableList<string> names, string field, Func<string, string?> objection) =>
        from name in names
        let error = objection(name)
        where error is not null
        select Error(allow.Origin, field, name, error);

    private static Problem Error(Origin origin, string field, string value, string message)
    {
        var (line, column) = origin.PlaceOf(field, value);
        return new(origin.File, line, column, field, message);
    }
}
