using System.Globalization;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// What differs between two versions of a resource, one line for each field: <c>metadata.labels.env: dev -> prod</c>. Of credentials it only
/// says which part differs, never a value.
/// </summary>
internal static class ChangeDetails
{
    public static IReadOnlyList<string> Of(KubeCluster before, KubeCluster after)
    {
        var lines = new List<string>();
        Maps("metadata.labels", before.Labels, after.Labels, lines);
        Value("metadata.description", before.Description, after.Description, lines);
        Value("metadata.expires", Text(before.Expires), Text(after.Expires), lines);
        Credential(before.Credential, after.Credential, lines);
        if (before.IsStatic != after.IsStatic)
        {
            lines.Add(after.IsStatic ? "source: the gate's kubeconfig_file has it now" : "source: the repository has it now");
        }

        return lines;
    }

    public static IReadOnlyList<string> Of(Role before, Role after)
    {
        var lines = new List<string>();
        Value("version", $"v{before.Version}", $"v{after.Version}", lines);
        Value("metadata.expires", Text(before.Expires), Text(after.Expires), lines);
        Options("spec.options", before.Options, after.Options, lines);
        Conditions("spec.allow", before.Allow, after.Allow, lines);
        Conditions("spec.deny", before.Deny, after.Deny, lines);
        return lines;
    }

    public static IReadOnlyList<string> Of(User before, User after)
    {
        var lines = new List<string>();
        Value("metadata.expires", Text(before.Expires), Text(after.Expires), lines);
        Lists("spec.roles", before.Roles, after.Roles, lines);
        ListMaps("spec.traits", before.Traits, after.Traits, lines);
        return lines;
    }

    public static IReadOnlyList<string> Of(MtlsConnector before, MtlsConnector after)
    {
        var lines = new List<string>();
        Value("metadata.expires", Text(before.Expires), Text(after.Expires), lines);
        Lists("spec.attributes_to_roles", Shown(before), Shown(after), lines);
        return lines;
    }

    public static IReadOnlyList<string> Of(Lock before, Lock after)
    {
        var lines = new List<string>();
        Value("spec.target.user", before.Target.User ?? "", after.Target.User ?? "", lines);
        Value("spec.target.role", before.Target.Role ?? "", after.Target.Role ?? "", lines);
        Value("spec.target.kube_cluster", before.Target.KubeCluster ?? "", after.Target.KubeCluster ?? "", lines);
        Value("spec.message", before.Message, after.Message, lines);
        Value("spec.expires", Text(before.Expires), Text(after.Expires), lines);
        return lines;
    }

    private static void Credential(ClusterCredential before, ClusterCredential after, List<string> lines)
    {
        Value("spec.kubeconfig.server", before.Server.ToString(), after.Server.ToString(), lines);
        Value("spec.kubeconfig.tls-server-name", before.TlsServerName ?? "", after.TlsServerName ?? "", lines);
        Value("spec.kubeconfig.insecure-skip-tls-verify", Text(before.InsecureSkipTlsVerify), Text(after.InsecureSkipTlsVerify), lines);
        if (before.CertificateAuthorityPem != after.CertificateAuthorityPem)
        {
            lines.Add("spec.kubeconfig: certificate authority changed");
        }

        // A proxy's address may hold a password.
        if (!Equals(before.ProxyUrl, after.ProxyUrl))
        {
            lines.Add("spec.kubeconfig: proxy changed");
        }

        var sameSecrets = (before.ClientCertificatePem, before.ClientKeyPem, before.Token, before.TokenFile, before.Username, before.Password)
            == (after.ClientCertificatePem, after.ClientKeyPem, after.Token, after.TokenFile, after.Username, after.Password);
        if (!sameSecrets)
        {
            lines.Add("spec.kubeconfig: credential changed");
        }
    }

    private static void Conditions(string path, RoleConditions before, RoleConditions after, List<string> lines)
    {
        ListMaps($"{path}.kubernetes_labels", before.KubernetesLabels, after.KubernetesLabels, lines);
        Lists($"{path}.kubernetes_groups", before.KubernetesGroups, after.KubernetesGroups, lines);
        Lists($"{path}.kubernetes_users", before.KubernetesUsers, after.KubernetesUsers, lines);
        Resources($"{path}.kubernetes_resources", before.KubernetesResources, after.KubernetesResources, lines);
    }

    private static void Options(string path, RoleOptions before, RoleOptions after, List<string> lines)
    {
        Value($"{path}.max_session_ttl", Text(before.MaxSessionTtl), Text(after.MaxSessionTtl), lines);
        Value($"{path}.client_idle_timeout", Text(before.ClientIdleTimeout), Text(after.ClientIdleTimeout), lines);
        Value($"{path}.disconnect_expired_cert", Text(before.DisconnectExpiredCert), Text(after.DisconnectExpiredCert), lines);
        Value($"{path}.max_kubernetes_connections", Text(before.MaxKubernetesConnections), Text(after.MaxKubernetesConnections), lines);
    }

    /// <summary>A line for each entry that only one side has; one that both have twice, and the other once, counts.</summary>
    private static void Resources(
        string path, EquatableList<KubernetesResource> before, EquatableList<KubernetesResource> after, List<string> lines)
    {
        if (before.Equals(after))
        {
            return;
        }

        var removed = new List<KubernetesResource>(before);
        var added = after.Where(r => !removed.Remove(r)).ToList();
        lines.AddRange(removed.Select(r => $"{path}: removed {Shown(r)}"));
        lines.AddRange(added.Select(r => $"{path}: added {Shown(r)}"));
        if (removed.Count + added.Count == 0)
        {
            lines.Add($"{path}: order changed");
        }
    }

    /// <summary>As a manifest would have it, without what is empty and without the quotes.</summary>
    private static string Shown(KubernetesResource resource)
    {
        var group = resource.ApiGroup.Length > 0 ? $", api_group: {resource.ApiGroup}" : "";
        var place = resource.Namespace.Length > 0 ? $", namespace: {resource.Namespace}" : "";
        return $"{{kind: {resource.Kind}{group}{place}, name: {resource.Name}, verbs: {resource.Verbs}}}";
    }

    private static EquatableList<string> Shown(MtlsConnector connector) =>
        connector.Mappings.Select(m => $"{m.Attribute}={m.Value}: {string.Join(", ", m.Roles)}").ToEquatableList();

    private static string Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Text(TimeSpan? duration) => duration is { } value ? GoDuration.ToString(value) : "";

    private static string Text(bool flag) => flag ? "true" : "false";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string value) => value.Length == 0 ? "\"\"" : value;

    private static void Value(string path, string before, string after, List<string> lines)
    {
        if (!string.Equals(before, after, StringComparison.Ordinal))
        {
            lines.Add($"{path}: {Quoted(before)} -> {Quoted(after)}");
        }
    }

    private static void Maps(string path, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, List<string> lines)
    {
        foreach (var key in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var had = before.TryGetValue(key, out var old);
            var has = after.TryGetValue(key, out var value);
            if (had && has)
            {
                Value($"{path}.{key}", old!, value!, lines);
            }
            else
            {
                lines.Add(has ? $"{path}.{key}: added {Quoted(value!)}" : $"{path}.{key}: removed {Quoted(old!)}");
            }
        }
    }

    private static void ListMaps(
        string path, EquatableMap<EquatableList<string>> before, EquatableMap<EquatableList<string>> after, List<string> lines)
    {
        foreach (var key in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            Lists($"{path}.{key}", before.GetValueOrDefault(key), after.GetValueOrDefault(key), lines);
        }
    }

    /// <summary>Null: the field is not there at all, which differs from an empty list.</summary>
    private static void Lists(string path, EquatableList<string>? before, EquatableList<string>? after, List<string> lines)
    {
        if (Equals(before, after))
        {
            return;
        }

        var added = (after ?? []).Except(before ?? [], StringComparer.Ordinal).Select(v => $"+{Quoted(v)}");
        var removed = (before ?? []).Except(after ?? [], StringComparer.Ordinal).Select(v => $"-{Quoted(v)}");
        var parts = removed.Concat(added).ToList();
        var same = before is null ? "added, empty" : after is null ? "removed, was empty" : "order changed";
        lines.Add($"{path}: {(parts.Count > 0 ? string.Join(" ", parts) : same)}");
    }
}
