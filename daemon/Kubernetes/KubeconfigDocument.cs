using System.Text;
using System.Text.Json.Nodes;

namespace Tidegate.Kubernetes;

/// <summary>Writes a credential as a kubeconfig. JSON, which every reader of kubeconfigs takes, since YAML holds it.</summary>
internal static class KubeconfigDocument
{
    /// <summary>The document as a manifest holds it. Holds secrets.</summary>
    public static string Base64(string name, ClusterCredential credential) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Of(name, credential).ToJsonString()));

    private static JsonObject Of(string name, ClusterCredential credential)
    {
        var cluster = new JsonObject { ["server"] = credential.Server.OriginalString };
        Put(cluster, "certificate-authority-data", Encoded(credential.CertificateAuthorityPem));
        Put(cluster, "tls-server-name", credential.TlsServerName);
        Put(cluster, "proxy-url", credential.ProxyUrl?.OriginalString);
        if (credential.InsecureSkipTlsVerify)
        {
            cluster["insecure-skip-tls-verify"] = true;
        }

        var user = new JsonObject();
        Put(user, "client-certificate-data", Encoded(credential.ClientCertificatePem));
        Put(user, "client-key-data", Encoded(credential.ClientKeyPem));
        Put(user, "token", credential.Token);
        Put(user, "tokenFile", credential.TokenFile);
        Put(user, "username", credential.Username);
        Put(user, "password", credential.Password);
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["current-context"] = name,
            ["clusters"] = new JsonArray(new JsonObject { ["name"] = name, ["cluster"] = cluster }),
            ["users"] = new JsonArray(new JsonObject { ["name"] = name, ["user"] = user }),
            ["contexts"] = new JsonArray(new JsonObject { ["name"] = name, ["context"] = new JsonObject { ["cluster"] = name, ["user"] = name } }),
        };
    }

    private static string? Encoded(string? pem) => pem is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));

    private static void Put(JsonObject into, string key, string? value)
    {
        if (value is not null)
        {
            into[key] = value;
        }
    }
}
