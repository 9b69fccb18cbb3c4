using System.Globalization;

namespace Tidegate.Benchmarks.Programs;

/// <summary>Starts each program as it would run on a host.</summary>
internal sealed class Launcher(Bench bench, string gate)
{
    // As the gate's: the cluster's name in the path, which the proxy takes away.
    private const string Prefix = "/clusters/bench";

    private int upstreamPort;
    private int started;

    public async Task<Target> UpstreamAsync()
    {
        upstreamPort = ChildProcess.FreePort();
        var process = ChildProcess.Start(
            Environment.ProcessPath!, ["upstream", bench.Path, upstreamPort.ToString(CultureInfo.InvariantCulture)]);
        await process.ListeningAsync(upstreamPort);
        return new(Target.Direct, process, upstreamPort, "", $"Bearer {bench.Token}", null);
    }

    public Task<Target> StartAsync(string name) => name == Target.Gate ? GateAsync() : HAProxyAsync();

    private async Task<Target> HAProxyAsync()
    {
        var port = ChildProcess.FreePort();
        var file = bench.Write(
            $"haproxy-{++started}.cfg",
            $"""
            global
              nbthread {Environment.ProcessorCount}
              maxconn 9500
              ssl-default-bind-options ssl-min-ver TLSv1.2
            defaults
              mode http
              timeout connect 5s
              timeout client 24h
              timeout server 24h
              timeout http-keep-alive 3m
            frontend gate
              bind 127.0.0.1:{port} ssl crt {bench.File("proxy.pem")} ca-file {bench.File("client-ca.pem")} verify required alpn h2,http/1.1
              http-request replace-path {Prefix}(/.*) \1
              http-request del-header Impersonate- -m beg
              http-request set-header Impersonate-User %[ssl_c_s_dn(cn)]
              http-request add-header Impersonate-Group edit
              http-request add-header Impersonate-Group view
              http-request set-header Authorization "Bearer {bench.Token}"
              default_backend cluster
            backend cluster
              http-reuse always
              server one 127.0.0.1:{upstreamPort} ssl verify required ca-file {bench.File("cluster-ca.pem")} alpn http/1.1

            """);
        var process = ChildProcess.Start("haproxy", ["-db", "-f", file]);
        await process.ListeningAsync(port);
        return new(Target.HAProxy, process, port, Prefix, null, Target.ContextOf(bench.Person));
    }

    /// <summary>Somebody else at a gate that is running. Not disposed: the gate is.</summary>
    public Target As(Target gate, string person) => gate with { Name = person, Certificate = Target.ContextOf(bench.PersonNamed(person)) };

    /// <param name="restricted">Manifests of people whose roles restrict, beside Alice.</param>
    /// <param name="build">Another build than the one to measure.</param>
    public async Task<Target> GateAsync(string? restricted = null, string? build = null)
    {
        var port = ChildProcess.FreePort();
        var repository = new Repository(bench.File($"gate-{++started}"));
        repository.Put("clusters/bench.yaml", SampleManifests.Cluster("bench", Kubeconfig()));
        repository.Put("people.yaml", SampleManifests.People);
        if (restricted is not null)
        {
            repository.Put("restricted.yaml", restricted);
        }

        repository.Push("Start");
        var process = ChildProcess.Start(build ?? gate, ["start", "--config", Configure(port, repository)]);
        await process.ListeningAsync(port);
        return new(Target.Gate, process, port, Prefix, null, Target.ContextOf(bench.Person));
    }

    /// <summary>Writes a configuration; data directory, log and audit file lie beside the repository.</summary>
    public string Configure(int port, Repository repository) => bench.Write(
        System.IO.Path.Combine(repository.Folder, "teleport.yaml"),
        $$"""
        version: v3
        teleport:
          nodename: gate-1
          data_dir: {{repository.Folder}}/data
          log: { output: {{repository.Folder}}/log, severity: INFO }
          audit: { output: {{repository.Folder}}/audit.log }
        gitops_service:
          enabled: "yes"
          repository: { url: {{repository.Bare}}, branch: main, interval: 1h }
        kubernetes_service:
          enabled: "yes"
          listen_addr: 127.0.0.1:{{port}}
          https_keypairs: [{ cert_file: {{bench.File("proxy.crt")}}, key_file: {{bench.File("proxy.key")}} }]
          client_ca_file: {{bench.File("client-ca.pem")}}
          allow_addresses: [127.0.0.0/8, "::1"]
          resources: [{ labels: { '*': '*' } }]
        """);

    private string Kubeconfig() => SampleManifests.Kubeconfig($"https://localhost:{upstreamPort}", bench.ClusterCaPem, bench.Token);
}
