using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.Benchmarks.Programs;

/// <summary>A folder with all that the programs need: authorities, certificates, a token. Removed when disposed.</summary>
internal sealed class Bench : IDisposable
{
    private readonly TestAuthority clients = new("client authority");
    private readonly TestAuthority servers = new("server authority");
    private readonly TestAuthority cluster = new("cluster authority");
    private readonly List<X509Certificate2> persons = [];

    public Bench()
    {
        var (proxyCertificate, proxyKey) = servers.IssueServer();
        Write("proxy.crt", proxyCertificate);
        Write("proxy.key", proxyKey);
        Write("proxy.pem", proxyCertificate + "\n" + proxyKey + "\n");
        var (upstreamCertificate, upstreamKey) = cluster.IssueServer();
        Write("upstream.crt", upstreamCertificate);
        Write("upstream.key", upstreamKey);
        Write("client-ca.pem", clients.Pem);
        Write("cluster-ca.pem", cluster.Pem);
        Write("token", Token);
        Person = PersonNamed("alice");
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("tidegate-bench-").FullName;

    /// <summary>The service account's token, as long as a real one.</summary>
    public string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(460));

    public string ClusterCaPem => cluster.Pem;

    public X509Certificate2 Person { get; }

    /// <summary>The certificate of somebody, whose roles a gate's repository names.</summary>
    public X509Certificate2 PersonNamed(string name)
    {
        var certificate = clients.IssueClientCertificate($"CN={name}, O=platform");
        persons.Add(certificate);
        return certificate;
    }

    /// <summary>Set when everything went well; otherwise the folder stays, with what the programs wrote.</summary>
    public bool IsDone { get; set; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string content)
    {
        var path = File(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public void Dispose()
    {
        persons.ForEach(p => p.Dispose());
        if (IsDone)
        {
            Directory.Delete(Path, recursive: true);
        }
        else
        {
            Console.Error.WriteLine($"what the programs wrote lies in {Path}");
        }
    }
}
