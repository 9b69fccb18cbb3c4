using System.Net;
using Microsoft.Extensions.Logging;
using Tidegate.Audit;
using Tidegate.Configuration;
using Tidegate.Git;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.Tests.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private const string Missing = "does not exist; put it there or correct the path";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tidegate-configuration-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Every_setting_arrives()
    {
        var configuration = ConfigurationFixture.Load(ConfigurationFixture.BaseText);

        configuration.Teleport.ShouldBe(new TeleportOptions
        {
            NodeName = "gate-1",
            DataDir = "/var/lib/tidegate",
            PidFile = "/run/tidegate/tidegate.pid",
            DiagAddr = null,
            Log = new(LogOutput.Journald, null, LogLevel.Information, LogFormat.Text),
            Audit = new(["journald", "/var/log/tidegate/audit.json"], AuditFailure.Refuse),
        });
        configuration.GitOpsService.ShouldBe(new GitOpsServiceOptions(
            true,
            new()
            {
                Url = "https://git.example.com/platform/clusters.git",
                Transport = GitTransport.Https,
                Reference = new(GitReferenceKind.Branch, "main"),
                Path = "clusters/prod",
                Interval = TimeSpan.FromMinutes(1),
                Timeout = TimeSpan.FromSeconds(60),
                TokenFile = "/etc/tidegate/token",
                Username = "gate",
                SshKeyFile = null,
                KnownHostsFile = null,
                CaFile = "/etc/tidegate/git-ca.pem",
            },
            new(50, AllowEmpty: false)));
        configuration.KubernetesService.ShouldBe(new KubernetesServiceOptions
        {
            Enabled = true,
            ListenAddr = IPEndPoint.Parse("0.0.0.0:3026"),
            PublicAddr = [new("gate.example.com", 3026)],
            HttpsKeypairs = [new("/etc/tidegate/server.pem", "/etc/tidegate/server-key.pem")],
            ClientCaFile = "/etc/tidegate/client-ca.pem",
            ContinueKeyFile = null,
            KubeconfigFile = "/etc/tidegate/kubeconfig",
            KubeconfigDirectories = ["/etc/tidegate/kubeconfigs"],
            AllowInsecureSkipTlsVerify = false,
            AllowAddresses = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")],
            Resources =
            [
                EquatableMap<EquatableList<string>>.From([new("env", ["prod"]), new("region", ["us-east-*", "us-west-2"])]),
                EquatableMap<EquatableList<string>>.From([new("env", ["staging"])]),
            ],
            AllowSystemPrincipals = ["system:masters"],
            Labels = LabelSet.From([new("gate", "gate-1")]),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            DrainTimeout = TimeSpan.FromSeconds(30),
        });
    }

    [Fact]
    public void A_file_of_keys_is_one_that_must_be_there()
    {
        var configuration = ConfigurationFixture.Load(
            ConfigurationFixture.BaseText.Replace("  drain_timeout: 30s\n", "  drain_timeout: 30s\n  continue_key_file: /none/continue.key\n", StringComparison.Ordinal));

        configuration.KubernetesService.ContinueKeyFile.ShouldBe("/none/continue.key");
        ConfigurationFiles.Verify(configuration).ShouldContain(p => p.ToString().Contains("kubernetes_service.continue_key_file: the file /none/continue.key does not exist", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_left_out_has_the_documented_default()
    {
        var configuration = ConfigurationFixture.Load(ConfigurationFixture.Minimal);

        configuration.Teleport.NodeName.ShouldBe(Environment.MachineName);
        configuration.Teleport.DataDir.ShouldBe("/var/lib/tidegate");
        configuration.Teleport.PidFile.ShouldBeNull();
        configuration.Teleport.DiagAddr.ShouldBeNull();
        configuration.Teleport.Log.ShouldBe(LogOptions.Default);
        configuration.Teleport.Audit.ShouldBe(AuditOptions.Default);
        configuration.GitOpsService.Prune.ShouldBe(new PruneOptions(50, AllowEmpty: false));
        var repository = configuration.GitOpsService.Repository;
        (repository.Reference, repository.Path, repository.Interval, repository.Timeout)
            .ShouldBe((null, ".", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(60)));
        var kubernetes = configuration.KubernetesService;
        (kubernetes.ListenAddr.ToString(), kubernetes.AllowInsecureSkipTlsVerify, kubernetes.ConnectTimeout, kubernetes.DrainTimeout)
            .ShouldBe(("0.0.0.0:3026", false, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)));
        kubernetes.PublicAddr.ShouldBeEmpty();
        kubernetes.KubeconfigDirectories.ShouldBeEmpty();
        kubernetes.AllowSystemPrincipals.ShouldBeEmpty();
        kubernetes.AllowAddresses.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("\"yes\"", true)]
    [InlineData("Yeah", true)]
    [InlineData("y", true)]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("ON", true)]
    [InlineData("no", false)]
    [InlineData("'nope'", false)]
    [InlineData("N", false)]
    [InlineData("False", false)]
    [InlineData("0", false)]
    [InlineData("off", false)]
    public void A_switch_takes_the_words_of_the_original(string word, bool expected) =>
        ConfigurationFixture.Load($"{ConfigurationFixture.Minimal}\n  allow_insecure_skip_tls_verify: {word}")
            .KubernetesService.AllowInsecureSkipTlsVerify.ShouldBe(expected);

    [Fact]
    public void The_diagnostics_address_is_kept() =>
        ConfigurationFixture.Load($"{ConfigurationFixture.Minimal}\nteleport: {{ diag_addr: '127.0.0.1:3434' }}")
            .Teleport.DiagAddr.ShouldBe(IPEndPoint.Parse("127.0.0.1:3434"));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1:3026")]
    [InlineData(":443", "0.0.0.0:443")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("'[::]:443'", "[::]:443")]
    [InlineData("'[::1]'", "[::1]:3026")]
    [InlineData("'::1'", "[::1]:3026")]
    public void A_listener_without_a_port_gets_3026(string written, string expected) =>
        ConfigurationFixture.Load($"{ConfigurationFixture.Minimal}\n  listen_addr: {written}")
            .KubernetesService.ListenAddr.ToString().ShouldBe(expected);

    [Fact]
    public void Public_addresses_are_one_or_a_list() =>
        ConfigurationFixture.Load($"{ConfigurationFixture.Minimal}\n  public_addr: [gate.example.com, '10.0.0.1:443', '[2001:db8::1]:443']")
            .KubernetesService.PublicAddr.Select(a => a.ToString()).ShouldBe(["gate.example.com:3026", "10.0.0.1:443", "[2001:db8::1]:443"]);

    [Theory]
    [InlineData("https://git.example.com/a.git", nameof(GitTransport.Https), "")]
    [InlineData("http://localhost:8080/a.git", nameof(GitTransport.Http), "")]
    [InlineData("http://[::1]:8080/a.git", nameof(GitTransport.Http), "")]
    [InlineData("file:///srv/git/a.git", nameof(GitTransport.Local), "")]
    [InlineData("/srv/git/a.git", nameof(GitTransport.Local), "")]
    [InlineData("ssh://git@git.example.com:2222/a.git", nameof(GitTransport.Ssh), ", ssh_key_file: /k, known_hosts_file: /h")]
    [InlineData("git@git.example.com:a.git", nameof(GitTransport.Ssh), ", ssh_key_file: /k, known_hosts_file: /h")]
    [InlineData("git.example.com:a.git", nameof(GitTransport.Ssh), ", ssh_key_file: /k, known_hosts_file: /h")]
    public void Repositories_are_reached_in_five_ways(string url, string transport, string more)
    {
        var text = ConfigurationFixture.Minimal.Replace("url: /srv/git/clusters.git", $"url: '{url}'{more}", StringComparison.Ordinal);

        var repository = ConfigurationFixture.Load(text).GitOpsService.Repository;

        (repository.Url, repository.Transport.ToString()).ShouldBe((url, transport));
    }

    [Theory]
    [InlineData("branch: release/1.2", nameof(GitReferenceKind.Branch), "release/1.2")]
    [InlineData("tag: v1.2", nameof(GitReferenceKind.Tag), "v1.2")]
    [InlineData("commit: E975CDE000000000000000000000000000000000", nameof(GitReferenceKind.Commit), "e975cde000000000000000000000000000000000")]
    public void One_reference_is_followed(string written, string kind, string name)
    {
        var text = ConfigurationFixture.Minimal.Replace("clusters.git }", $"clusters.git, {written} }}", StringComparison.Ordinal);

        ConfigurationFixture.Load(text).GitOpsService.Repository.Reference.ShouldBe(new GitReference(Enum.Parse<GitReferenceKind>(kind), name));
    }

    [Theory]
    [InlineData("./", ".")]
    [InlineData("./clusters//prod/", "clusters/prod")]
    public void The_folder_is_brought_into_one_form(string written, string expected)
    {
        var text = ConfigurationFixture.Minimal.Replace("clusters.git }", $"clusters.git, path: {written} }}", StringComparison.Ordinal);

        ConfigurationFixture.Load(text).GitOpsService.Repository.Path.ShouldBe(expected);
    }

    [Theory]
    [InlineData("syslog", nameof(LogOutput.Journald))]
    [InlineData("2", nameof(LogOutput.Stderr))]
    [InlineData("out", nameof(LogOutput.Stdout))]
    public void Log_outputs_have_the_aliases_of_the_original(string written, string expected) =>
        ConfigurationFixture.Load($"{ConfigurationFixture.Minimal}\nteleport: {{ log: {{ output: {written}, severity: err }} }}")
            .Teleport.Log.ShouldBe(new LogOptions(Enum.Parse<LogOutput>(expected), null, LogLevel.Error, LogFormat.Text));

    [Fact]
    public void Anchors_and_merge_keys_are_resolved()
    {
        var text = ConfigurationFixture.Minimal.Replace(
            "resources: [{ labels: { '*': '*' } }]",
            "resources: [{ labels: &base { env: prod, tier: web } }, { labels: { <<: *base, tier: db } }, { labels: *base }]",
            StringComparison.Ordinal);

        ConfigurationFixture.Load(text).KubernetesService.Resources.Select(r => r.ToString())
            .ShouldBe(["env=[prod],tier=[web]", "env=[prod],tier=[db]", "env=[prod],tier=[web]"]);
    }

    [Fact]
    public void Sections_that_mean_the_same_compare_equal_wherever_they_stand()
    {
        var one = ConfigurationFixture.Load(ConfigurationFixture.BaseText);
        var other = ConfigurationFixture.Load($"# moved down by a line\n{ConfigurationFixture.BaseText}");

        (other.Teleport, other.GitOpsService, other.KubernetesService).ShouldBe((one.Teleport, one.GitOpsService, one.KubernetesService));
    }

    [Fact]
    public void A_file_is_read_also_with_a_byte_order_mark()
    {
        var file = WriteFile([0xEF, 0xBB, 0xBF, .. System.Text.Encoding.UTF8.GetBytes(ConfigurationFixture.Minimal)]);

        ConfigurationReader.Read(file).Errors.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_with_its_reason()
    {
        var missing = Path.Combine(folder.FullName, "none.yaml");
        Only(missing).ShouldBe($"{missing}: does not exist; name the file with --config, or write one with 'tidegate configure'");
        Only(folder.FullName).ShouldBe($"{folder.FullName}: is a folder; name the file in it");
        var large = WriteFile(new byte[ConfigurationReader.MaxBytes + 1]);
        Only(large).ShouldBe($"{large}: is larger than 1024 KiB; a configuration is far smaller, so this is some other file");
        var binary = WriteFile([0xFF, 0xFE, 0x00]);
        Only(binary).ShouldBe($"{binary}: is not UTF-8 text; save it as UTF-8");
    }

    [Fact]
    public void Files_that_are_not_there_are_found_with_their_place()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "token"), "");
        var text = ConfigurationFixture.BaseText
            .Replace("/etc/tidegate/token", Path.Combine(folder.FullName, "token"), StringComparison.Ordinal)
            .Replace("/etc/tidegate/kubeconfigs", folder.FullName, StringComparison.Ordinal)
            .Replace("/run/tidegate/tidegate.pid", Path.Combine(folder.FullName, "pid"), StringComparison.Ordinal)
            .Replace("/etc/tidegate/git-ca.pem", folder.FullName, StringComparison.Ordinal)
            .Replace("/var/log/tidegate/", $"{folder.FullName}/none/", StringComparison.Ordinal)
            .Replace("/etc/tidegate/", $"{folder.FullName}/", StringComparison.Ordinal);

        var problems = ConfigurationFiles.Verify(ConfigurationFixture.Load(text));

        var place = folder.FullName;
        problems.Select(p => p.ToString()).Order(StringComparer.Ordinal).ShouldBe(
        [
            $"teleport.yaml:13:24: teleport.audit.output[1]: the folder of {place}/none/audit.json does not exist; make it first",
            $"teleport.yaml:25:14: gitops_service.repository.ca_file: {place} is a folder; name a file in it",
            $"teleport.yaml:34:16: kubernetes_service.https_keypairs[0].cert_file: the file {place}/server.pem {Missing}",
            $"teleport.yaml:35:15: kubernetes_service.https_keypairs[0].key_file: the file {place}/server-key.pem {Missing}",
            $"teleport.yaml:36:19: kubernetes_service.client_ca_file: the file {place}/client-ca.pem {Missing}",
            $"teleport.yaml:37:20: kubernetes_service.kubeconfig_file: the file {place}/kubeconfig {Missing}",
        ]);
    }

    private static string Only(string path) => ConfigurationReader.Read(path).Errors.ShouldHaveSingleItem().ToString();

    private string WriteFile(byte[] content)
    {
        var path = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.yaml");
        File.WriteAllBytes(path, content);
        return path;
    }
}
