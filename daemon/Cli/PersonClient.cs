using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Tidegate.Api;
using Tidegate.Kubernetes;

namespace Tidegate.Cli;

/// <summary>Asks a gate as a person, with the certificate of a kubeconfig that points at it.</summary>
internal sealed class PersonClient
{
    private const string ClusterPath = "/clusters/";

    private readonly ClusterCredential credential;
    private readonly Uri gate;

    private PersonClient(ClusterCredential credential, Uri gate, string? selectedCluster)
    {
        this.credential = credential;
        this.gate = gate;
        SelectedCluster = selectedCluster;
    }

    /// <summary>The cluster of the kubeconfig's current context.</summary>
    public string? SelectedCluster { get; }

    /// <summary>The gate that a kubeconfig points at: of its current context, else of the first that points at one.</summary>
    /// <param name="told">The file; null for <c>KUBECONFIG</c> or the default.</param>
    /// <returns>Null when nobody named a file and the default one points at no gate.</returns>
    /// <exception cref="CommandException">The file that was named points at no gate, or cannot be read.</exception>
    public static PersonClient? Find(string? told)
    {
        var path = told ?? Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(':')[0]
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        if (!File.Exists(path))
        {
            return told is null ? null : throw new CommandException($"there is no file {path}", ExitCode.Usage);
        }

        var read = KubeconfigReader.FromHost(path, allowInsecureSkipTlsVerify: true);
        var pointing = read.Contexts.Where(c => NameIn(c.Credential.Server) is not null).ToList();
        var current = pointing.Find(c => c.Name == read.CurrentContext) ?? pointing.FirstOrDefault();
        if (current is null)
        {
            return told is null
                ? null
                : throw new CommandException($"{path} has no context whose server is a gate (https://GATE:3026/clusters/NAME)", ExitCode.Usage);
        }

        var server = current.Credential.Server;
        return new(current.Credential, new(server.GetLeftPart(UriPartial.Authority)), current.Name == read.CurrentContext ? NameIn(server) : null);
    }

    public async Task<IReadOnlyList<KubeClusterItem>> ListAsync(CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Get, "v1/kube_clusters", null, ApiJson.Default.KubeClusterList, cancellationToken)).Items;

    /// <summary>Asks a question about the person's own access.</summary>
    public Task<T> PostAsync<T>(string path, AccessRequest asked, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, JsonContent.Create(asked, ApiJson.Default.AccessRequest), type, cancellationToken);

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(Handler()) { BaseAddress = gate };
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode && JsonSerializer.Deserialize(body, type) is { } answer
                ? answer
                : throw new CommandException($"the gate {gate.Authority} answered {(int)response.StatusCode}: {MessageOf(body)}", ExitCode.Failed);
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"the gate {gate.Authority} is not reachable: {e.InnerException?.Message ?? e.Message}", ExitCode.Unreachable);
        }
    }

    /// <summary>What a Status says, or the body as it is.</summary>
    private static string MessageOf(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["message"]?.GetValue<string>() ?? body;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return body;
        }
    }

    private SocketsHttpHandler Handler()
    {
        var options = new SslClientAuthenticationOptions { TargetHost = credential.TlsServerName ?? gate.Host };
        if (credential is { ClientCertificatePem: { } certificate, ClientKeyPem: { } key })
        {
            options.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, key)];
        }

        if (credential.CertificateAuthorityPem is { } authority)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPem(authority);
            options.CertificateChainPolicy = policy;
        }

        return new() { SslOptions = options, ConnectTimeout = TimeSpan.FromSeconds(10) };
    }

    private static string? NameIn(Uri server) =>
        server.AbsolutePath.StartsWith(ClusterPath, StringComparison.Ordinal) && server.AbsolutePath.Length > ClusterPath.Length
            ? server.AbsolutePath[ClusterPath.Length..].Split('/')[0]
            : null;
}
