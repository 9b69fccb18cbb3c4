using System.Text.RegularExpressions;
using CsCheck;
using Tidegate.Configuration;
using Tidegate.Manual;

namespace Tidegate.Tests.Configuration;

public sealed class ConfigurationTemplateTests
{
    private static readonly string Example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "teleport.yaml.example"));

    [Fact]
    public void The_defaults_load_without_a_warning()
    {
        var result = ConfigurationReader.Parse("teleport.yaml", new ConfigurationTemplate().Render());

        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldBeEmpty();
        result.Configuration.ShouldNotBeNull().KubernetesService.Resources.ShouldHaveSingleItem().ToString().ShouldBe("*=[*]");
    }

    [Fact]
    public void Every_flag_arrives()
    {
        var template = new ConfigurationTemplate
        {
            NodeName = "gate-7",
            DataDir = "/srv/tidegate",
            RepositoryUrl = "git@git.example.com:platform/clusters.git",
            Branch = "release/1",
            Path = "clusters",
            SshKeyFile = "/etc/gate/key",
            KnownHostsFile = "/etc/gate/known hosts",
            ListenAddr = "[::1]:443",
            PublicAddr = "gate.example.com",
            CertFile = "/etc/gate/cert.pem",
            KeyFile = "/etc/gate/key.pem",
            ClientCaFile = "/etc/gate/ca.pem",
            ResourceLabels = [new("env", ["prod", "^st.*$"]), new("region", ["*"])],
            Labels = [new("gate", "null"), new("note", "a: \"b\" # c")],
        };

        var configuration = ConfigurationFixture.Load(template.Render());

        configuration.Teleport.NodeName.ShouldBe("gate-7");
        configuration.Teleport.DataDir.ShouldBe("/srv/tidegate");
        var repository = configuration.GitOpsService.Repository;
        (repository.Url, repository.Reference?.Name, repository.Path, repository.SshKeyFile, repository.KnownHostsFile)
            .ShouldBe(("git@git.example.com:platform/clusters.git", "release/1", "clusters", "/etc/gate/key", "/etc/gate/known hosts"));
        var kubernetes = configuration.KubernetesService;
        kubernetes.ListenAddr.ToString().ShouldBe("[::1]:443");
        kubernetes.PublicAddr.ShouldHaveSingleItem().ToString().ShouldBe("gate.example.com:3026");
        kubernetes.HttpsKeypairs.ShouldHaveSingleItem().ShouldBe(new HttpsKeypair("/etc/gate/cert.pem", "/etc/gate/key.pem"));
        kubernetes.ClientCaFile.ShouldBe("/etc/gate/ca.pem");
        kubernetes.Resources.ShouldHaveSingleItem().ToString().ShouldBe("env=[prod, ^st.*$],region=[*]");
        kubernetes.Labels.ToString().ShouldBe("gate=null,note=a: \"b\" # c");
    }

    /// <summary>A flag's value must not become another setting.</summary>
    [Fact]
    public void Any_text_stays_one_value() => Gen.String[Gen.Char, 0, 20].Sample(text =>
    {
        // A lone half of a surrogate pair is no text; an encoder replaces it.
        if (text.Any(char.IsSurrogate))
        {
            return;
        }

        var configuration = ConfigurationFixture.Load(new ConfigurationTemplate { Labels = [new("note", text)] }.Render());
        configuration.KubernetesService.Labels["note"].ShouldBe(text);
    });

    [Fact]
    public void The_example_loads_without_a_warning()
    {
        var result = ConfigurationReader.Parse("teleport.yaml.example", Example);

        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldBeEmpty();
    }

    /// <summary>What is commented out must be right as well: a setting stands behind a # and one space; other comments begin with a capital.</summary>
    [Fact]
    public void The_example_loads_with_every_setting_that_it_shows()
    {
        // Several forms of one thing: the example follows a branch, and its URL is an https one.
        var all = Regex.Replace(new ConfigurationExample().Text, "^    (tag|commit|ssh_key_file|known_hosts_file):", "    # $1:", RegexOptions.Multiline);

        var configuration = ConfigurationFixture.Load(all);

        configuration.Teleport.PidFile.ShouldBe("/run/tidegate/tidegate.pid");
        configuration.GitOpsService.Repository.Username.ShouldBe("gate");
        configuration.KubernetesService.AllowSystemPrincipals.ShouldBe(["system:masters"]);
        configuration.KubernetesService.DrainTimeout.ShouldBe(TimeSpan.FromSeconds(30));
    }
}
