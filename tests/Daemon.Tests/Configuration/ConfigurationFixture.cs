using Tidegate.Configuration;

namespace Tidegate.Tests.Configuration;

/// <summary>A configuration that sets everything, for tests to change.</summary>
internal static class ConfigurationFixture
{
    public static string BaseText { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Configuration", "base.yaml"));

    /// <summary>The smallest configuration that loads.</summary>
    public const string Minimal = """
        gitops_service:
          enabled: yes
          repository: { url: /srv/git/clusters.git }
        kubernetes_service:
          enabled: yes
          https_keypairs: [{ cert_file: /etc/tidegate/server.pem, key_file: /etc/tidegate/server-key.pem }]
          client_ca_file: /etc/tidegate/client-ca.pem
          resources: [{ labels: { '*': '*' } }]
        """;

    /// <summary>Loads what must load.</summary>
    public static TidegateConfiguration Load(string text)
    {
        var result = ConfigurationReader.Parse("teleport.yaml", text);
        result.Errors.ShouldBeEmpty();
        return result.Configuration.ShouldNotBeNull();
    }
}
