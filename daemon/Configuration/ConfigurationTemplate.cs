using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tidegate.Configuration;

/// <summary>
/// Writes the base teleport.yaml of <c>tidegate configure</c>. The values are written as given: whoever calls reads the text with
/// <see cref="ConfigurationReader.Parse"/> to have them checked.
/// </summary>
internal sealed partial record ConfigurationTemplate
{
    public string NodeName { get; init; } = Environment.MachineName;

    public string DataDir { get; init; } = "/var/lib/tidegate";

    public string RepositoryUrl { get; init; } = "https://git.example.com/platform/clusters.git";

    /// <summary>Null: the remote's HEAD.</summary>
    public string? Branch { get; init; }

    public string Path { get; init; } = ".";

    public string? TokenFile { get; init; }

    public string? SshKeyFile { get; init; }

    public string? KnownHostsFile { get; init; }

    public string ListenAddr { get; init; } = "0.0.0.0:3026";

    public string? PublicAddr { get; init; }

    public string CertFile { get; init; } = "/etc/tidegate/server.pem";

    public string KeyFile { get; init; } = "/etc/tidegate/server-key.pem";

    public string ClientCaFile { get; init; } = "/etc/tidegate/client-ca.pem";

    /// <summary>The labels that a cluster must have to be served here, each with one or more patterns; empty: every cluster is served.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> ResourceLabels { get; init; } = [];

    /// <summary>Labels that every cluster of this daemon gets.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>The whole file.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        text.Append("version: v3\n");
        text.Append("teleport:\n");
        Line(text, "  ", "nodename", NodeName);
        Line(text, "  ", "data_dir", DataDir);
        text.Append("  log:\n    severity: INFO\n    format:\n      output: text\n");
        text.Append("gitops_service:\n  enabled: \"yes\"\n  repository:\n");
        Line(text, "    ", "url", RepositoryUrl);
        Line(text, "    ", "branch", Branch);
        Line(text, "    ", "path", Path);
        text.Append("    interval: 1m\n");
        Line(text, "    ", "token_file", TokenFile);
        Line(text, "    ", "ssh_key_file", SshKeyFile);
        Line(text, "    ", "known_hosts_file", KnownHostsFile);
        text.Append("kubernetes_service:\n  enabled: \"yes\"\n");
        Line(text, "  ", "listen_addr", ListenAddr);
        Line(text, "  ", "public_addr", PublicAddr);
        text.Append("  https_keypairs:\n");
        Line(text, "  - ", "cert_file", CertFile);
        Line(text, "    ", "key_file", KeyFile);
        Line(text, "  ", "client_ca_file", ClientCaFile);
        Selectors(text);
        if (Labels.Count > 0)
        {
            text.Append("  labels:\n");
            foreach (var (key, value) in Labels)
            {
                Line(text, "    ", Scalar(key), value);
            }
        }

        // Written out, so that a reader of the file sees that it is no mistake.
        return text.Append("auth_service:\n  enabled: \"no\"\n").ToString();
    }

    private void Selectors(StringBuilder text)
    {
        text.Append("  resources:\n");
        if (ResourceLabels.Count == 0)
        {
            text.Append("  - labels: { \"*\": \"*\" }\n");
            return;
        }

        text.Append("  - labels:\n");
        foreach (var (key, values) in ResourceLabels)
        {
            text.Append("      ").Append(Scalar(key)).Append(": [").AppendJoin(", ", values.Select(Quote)).Append("]\n");
        }
    }

    private static void Line(StringBuilder text, string indent, string key, string? value)
    {
        if (value is not null)
        {
            text.Append(indent).Append(key).Append(": ").Append(Scalar(value)).Append('\n');
        }
    }

    private static string Scalar(string value) => PlainText().IsMatch(value) && value is not "null" and not "Null" and not "NULL" ? value : Quote(value);

    /// <summary>YAML's double-quoted text has JSON's escapes.</summary>
    private static string Quote(string value) => $"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>What needs no quotes: no indicator in front, no colon at the end, no space.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9/.](?:[A-Za-z0-9_./:@-]*[A-Za-z0-9_./-])?\z")]
    private static partial Regex PlainText();
}
