using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>All that a gate needs on its host: certificates, a repository, a configuration. Removed when disposed.</summary>
internal sealed class GateFolder : IDisposable
{
    private readonly TestAuthority clients = new("client authority");
    private readonly TestAuthority servers = new("server authority");

    /// <param name="resources">The value of <c>kubernetes_service.resources</c>, in flow style.</param>
    /// <param name="interval">A poll that is far away shows that something else triggered a pass.</param>
    public GateFolder(string resources = "[{labels: {env: [dev, prod]}}]", string interval = "1h", string extra = "")
    {
        Port = FreePort.Next();
        PutServerCertificate(days: 30);
        Write("client-ca.pem", clients.Pem);
        Write("server-ca.pem", servers.Pem);
        ConfigPath = Write(
            "teleport.yaml",
            $$"""
            version: v3
            teleport:
              nodename: gate-1
              data_dir: {{Path}}/data
              log: { output: stderr, severity: DEBUG }
              audit: { output: {{Path}}/audit.log }
            gitops_service:
              enabled: "yes"
              repository: { url: {{Repository}}, branch: main, interval: {{interval}} }
            kubernetes_service:
              enabled: "yes"
              listen_addr: 127.0.0.1:{{Port}}
              https_keypairs: [{ cert_file: {{Path}}/server.crt, key_file: {{Path}}/server.key }]
              client_ca_file: {{Path}}/client-ca.pem
              drain_timeout: {{DrainTimeout.TotalSeconds}}s
              connect_timeout: 60s
              allow_addresses: [127.0.0.0/8, "::1"]
              resources: {{resources}}
            {{extra}}
            """);
        Git("init", "-q", "--bare", "-b", "main", Repository);
        Git("clone", "-q", Repository, WorkTree);
        Git("-C", WorkTree, "config", "user.name", "Ada");
        Git("-C", WorkTree, "config", "user.email", "ada@example.com");
        Git("-C", WorkTree, "symbolic-ref", "HEAD", "refs/heads/main");
    }

    /// <summary>How long streams may go on when the daemon stops.</summary>
    public static TimeSpan DrainTimeout { get; } = TimeSpan.FromSeconds(2);

    public string Path { get; } = Directory.CreateTempSubdirectory("tidegate-e2e-").FullName;

    public int Port { get; }

    public string ConfigPath { get; }

    /// <summary>The bare repository that the gate watches.</summary>
    public string Repository => System.IO.Path.Combine(Path, "clusters.git");

    public string WorkTree => System.IO.Path.Combine(Path, "clusters");

    public string SocketPath => System.IO.Path.Combine(Path, "data", "admin.sock");

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Changes the configuration; fails when it does not say what is to be replaced.</summary>
    public void Configure(string before, string after)
    {
        var text = File.ReadAllText(ConfigPath);
        text.ShouldContain(before);
        File.WriteAllText(ConfigPath, text.Replace(before, after, StringComparison.Ordinal));
    }

    /// <summary>Writes a manifest into the work tree, without committing it.</summary>
    public void Put(string file, string content) => Write($"clusters/{file}", content);

    public void Remove(string file) => File.Delete(System.IO.Path.Combine(WorkTree, file));

    public void PutCluster(string name, string kubeconfig, string labels) => Put(
        $"kube/{name}.yaml",
        $"""
        kind: kube_cluster
        version: v3
        metadata:
          name: {name}
          labels: {labels}
        spec:
          kubeconfig: {Convert.ToBase64String(Encoding.UTF8.GetBytes(kubeconfig))}
        """);

    /// <summary>Alice may do on every cluster what the group edit may.</summary>
    public void PutAlice() => PutPeople("alice");

    /// <summary>Each of them may do on every cluster what the group edit may, and nobody else anything.</summary>
    public void PutPeople(params string[] names) => Put(
        "people.yaml",
        """
        kind: role
        version: v5
        metadata: { name: editor }
        spec:
          allow:
            kubernetes_labels: { '*': '*' }
            kubernetes_groups: [edit, view]
            kubernetes_resources: [{ kind: pod, name: '*', namespace: '*' }]

        """ + string.Concat(names.Select(n => $"---\nkind: user\nversion: v2\nmetadata: {{ name: {n} }}\nspec: {{ roles: [editor] }}\n")));

    /// <summary>Refuses one person.</summary>
    public void PutLock(string name, string user) =>
        Put($"{name}.yaml", $"kind: lock\nversion: v2\nmetadata: {{ name: {name} }}\nspec: {{ target: {{ user: {user} }}, message: left }}\n");

    /// <summary>Gives the gate another server certificate.</summary>
    /// <param name="days">How long it is valid; less than 0: it ended that long ago.</param>
    public void PutServerCertificate(int days)
    {
        var (certificate, key) = servers.IssueServer(days: days);
        Write("server.crt", certificate);
        File.SetUnixFileMode(Write("server.key", key), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Commits what is in the work tree and pushes it.</summary>
    public string Push(string subject)
    {
        Git("-C", WorkTree, "add", "-A");
        Git("-C", WorkTree, "commit", "-q", "--allow-empty", "-m", subject);
        Git("-C", WorkTree, "push", "-q", "origin", "HEAD:main");
        return Git("-C", WorkTree, "rev-parse", "HEAD").Trim();
    }

    /// <summary>Starts a simulated cluster and pushes the first commit: alice, and the cluster under the name "one", which is selected and which she may use.</summary>
    /// <param name="more">Further names of the same cluster.</param>
    public async Task<SimulatedCluster> PushClusterAsync(params (string Name, string Labels)[] more)
    {
        var cluster = await SimulatedCluster.StartAsync(new(), CancellationToken.None);
        PutAlice();
        foreach (var (name, labels) in more.Prepend(("one", "{env: dev}")))
        {
            PutCluster(name, cluster.GateKubeconfig(), labels);
        }

        Push("Start");
        return cluster;
    }

    public X509Certificate2 ClientCertificate(string subject) => clients.IssueClientCertificate(subject);

    /// <summary>Issues the certificates of people.</summary>
    public TestAuthority Clients => clients;

    /// <summary>A kubeconfig for a person, with the certificate inline.</summary>
    public string Kubeconfig(string cluster, string subject) => Kubeconfig(cluster, clients.IssueClient(subject));

    /// <summary>The same with a certificate of the caller's.</summary>
    public string Kubeconfig(string cluster, (string Certificate, string Key) pair)
    {
        var (certificate, key) = pair;
        return Write(
            $"{cluster}-{Guid.NewGuid():N}.kubeconfig",
            $"""
            apiVersion: v1
            kind: Config
            current-context: {cluster}
            clusters: [{"{"}name: {cluster}, cluster: {"{"}server: "https://127.0.0.1:{Port}/clusters/{cluster}", certificate-authority-data: {Encoded(servers.Pem)}{"}"}{"}"}]
            users: [{"{"}name: me, user: {"{"}client-certificate-data: {Encoded(certificate)}, client-key-data: {Encoded(key)}{"}"}{"}"}]
            contexts: [{"{"}name: {cluster}, context: {"{"}cluster: {cluster}, user: me{"}"}{"}"}]
            """);
    }

    /// <summary>A client of the proxy port, as a person.</summary>
    public HttpClient Client(string subject, Action<SocketsHttpHandler>? change = null)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new()
            {
                ClientCertificates = [ClientCertificate(subject)],
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
        };
        change?.Invoke(handler);
        return new(handler) { BaseAddress = new($"https://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(120) };
    }

    public static string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, error.Result);
        return output;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Encoded(string pem) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));
}
