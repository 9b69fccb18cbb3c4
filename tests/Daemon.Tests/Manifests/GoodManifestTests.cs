using System.Globalization;
using System.Text;
using Tidegate.Manifests;
using Tidegate.State;
using Tidegate.Tests.Kubernetes;
using Lock = Tidegate.State.Lock;

namespace Tidegate.Tests.Manifests;

public sealed class GoodManifestTests
{
    private const string Table = "Manifests/good.cases";

    public static TheoryData<string> Cases => CaseFile.Names(Table);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_manifest_loads_with_its_meaning(string name)
    {
        var row = CaseFile.Get(Table, name);

        var read = ManifestReader.Read("m.yaml", Encoding.UTF8.GetBytes(SampleKubeconfig.Fill(row.Input)), "rev");

        read.Problems.ShouldAllBe(p => p.IsWarning);
        read.Unattributed.ShouldBeEmpty();
        var found = read.Resources.Select(r => Show(r.Value)).Concat(read.Problems.Select(p => $"warning for {p.Resource}: {p.ToString()["m.yaml:".Length..]}")).ToList();
        found.ShouldBe(row.Expected);
    }

    private static string Show(IResource? resource)
    {
        var text = resource switch
        {
            KubeCluster c => $"kube_cluster {c.Name} '{c.Description}' [{c.Labels}] {c.Credential.Server} at {c.Origin.Rule}",
            HostCluster c => $"kube_cluster {c.Name} '{c.Description}' [{c.Labels}] from {c.KubeconfigFile} at {c.Origin.Rule}",
            Role r => $"role v{r.Version} {r.Name} allow {Show(r.Allow)} deny {Show(r.Deny)}{Show(r.Options)} at {r.Origin.Rule}",
            User u => $"user {u.Name} roles {u.Roles} traits {u.Traits} at {u.Origin.Rule}",
            MtlsConnector m => $"mtls {m.Name} {string.Join(" ", m.Mappings.Select(a => $"{a.Attribute}={a.Value}:{a.Roles}@{a.Origin.Line}"))} at {m.Origin.Rule}",
            Lock l => $"lock {l.Name} {l.Target} '{l.Message}' at {l.Origin.Rule}",
            _ => "nothing",
        };
        return resource?.Expires is { } expires ? $"{text} until {expires.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}" : text;
    }

    private static string Show(RoleConditions side)
    {
        var resources = side.KubernetesResources.Select(r => $"{r.Kind}.{r.ApiGroup} {r.Namespace}/{r.Name} {r.Verbs}@{r.Origin.Line}").ToList();
        var shown = resources.Count > 0 ? $" resources <{string.Join("; ", resources)}>" : "";
        return $"{{{side.KubernetesLabels}}} groups {side.KubernetesGroups} users {side.KubernetesUsers}{shown} @{side.Origin.Line}";
    }

    private static string Show(RoleOptions options) => options == RoleOptions.None
        ? ""
        : $" options ttl={options.MaxSessionTtl} idle={options.ClientIdleTimeout} expiry={options.DisconnectExpiredCert} connections={options.MaxKubernetesConnections}";
}
