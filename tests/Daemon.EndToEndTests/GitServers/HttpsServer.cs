using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests.Git;

namespace Tidegate.EndToEndTests.GitServers;

/// <summary>
/// <c>git http-backend</c> behind the distribution's nginx, as small git hosts run it: TLS from an authority of its own, a token as
/// basic authentication, and next to it the ways in which such servers go wrong.
/// </summary>
public sealed class HttpsServer : IDisposable
{
    public const string Token = "tok-5f1c";
    private readonly Process gateway;
    private readonly string configuration;

    public HttpsServer()
    {
        DebianPackages.Require("/usr/sbin/nginx", "nginx-light");
        DebianPackages.Require("/usr/sbin/fcgiwrap", "fcgiwrap");
        Repository = new ScratchRepository();
        Repository.Git("config", "http.receivepack", "false");
        using var authority = Authority("Test authority");
        using var stranger = Authority("Other authority");
        CaFile = Write("ca.pem", authority.ExportCertificatePem());
        StrangerCaFile = Write("stranger.pem", stranger.ExportCertificatePem());
        Issue(authority, "good", days: 30, "127.0.0.1", "localhost");
        Issue(authority, "expired", days: -1, "127.0.0.1");
        Issue(authority, "elsewhere", days: 30, "elsewhere.example.com", "127.0.0.2");
        Write("tokens", $"x-access-token:{{PLAIN}}{Token}\nada:{{PLAIN}}{Token}\n");
        var socket = Path.Combine(Repository.Root, "gateway.sock");
        gateway = Process.Start(new ProcessStartInfo("/usr/sbin/fcgiwrap", ["-s", $"unix:{socket}"]))!;
        WaitFor(socket);
        configuration = Write("nginx.conf", Configuration(socket));
        ScratchRepository.Run("/usr/sbin/nginx", "-c", configuration);
    }

    internal ScratchRepository Repository { get; }

    public int Port { get; } = FreePort.Next();

    public int ExpiredPort { get; } = FreePort.Next();

    public int ElsewherePort { get; } = FreePort.Next();

    public string CaFile { get; }

    public string StrangerCaFile { get; }

    public string Url => Address("/git/work/.git");

    public string Address(string path) => string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{Port}{path}");

    /// <summary>One line for each request: host, path, status, credentials.</summary>
    public string[] Requests() => File.ReadAllLines(Path.Combine(Repository.Root, "access.log"));

    public void ForgetRequests()
    {
        using var log = new FileStream(Path.Combine(Repository.Root, "access.log"), FileMode.Truncate);
    }

    public string Write(string name, string text)
    {
        var file = Path.Combine(Repository.Root, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose()
    {
        ScratchRepository.Run("/usr/sbin/nginx", "-c", configuration, "-s", "stop");
        gateway.Kill(entireProcessTree: true);
        gateway.WaitForExit();
        gateway.Dispose();
        Repository.Dispose();
    }

    private static void WaitFor(string socket)
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                client.Connect(new UnixDomainSocketEndPoint(socket));
                return;
            }
            catch (SocketException) when (limit.Elapsed < TimeSpan.FromSeconds(120))
            {
                Thread.Yield();
            }
        }
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-100), DateTimeOffset.UtcNow.AddDays(100));
    }

    private void Issue(X509Certificate2 authority, string name, int days, params string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (System.Net.IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-50), DateTimeOffset.UtcNow.AddDays(days), RandomNumberGenerator.GetBytes(8));
        Write($"{name}.pem", certificate.ExportCertificatePem());
        Write($"{name}.key", key.ExportPkcs8PrivateKeyPem());
    }

    private string Configuration(string socket) =>
        $$"""
        user root;
        worker_processes 1;
        pid {{Repository.Root}}/nginx.pid;
        error_log {{Repository.Root}}/error.log;
        events {}
        http {
          log_format requests '$host:$server_port $request_uri $status "$http_authorization"';
          access_log {{Repository.Root}}/access.log requests;
          client_body_temp_path {{Repository.Root}}/body;
          fastcgi_temp_path {{Repository.Root}}/fastcgi;
          auth_basic_user_file {{Repository.Root}}/tokens;
          server {
            listen 127.0.0.1:{{Port}} ssl;
            ssl_certificate {{Repository.Root}}/good.pem;
            ssl_certificate_key {{Repository.Root}}/good.key;
            location ~ ^/git(/.*) {
              auth_basic git;
              fastcgi_pass unix:{{socket}};
              fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
              fastcgi_param GIT_PROJECT_ROOT {{Repository.Root}};
              fastcgi_param GIT_HTTP_EXPORT_ALL 1;
              fastcgi_param PATH_INFO $1;
              fastcgi_param QUERY_STRING $query_string;
              fastcgi_param REQUEST_METHOD $request_method;
              fastcgi_param CONTENT_TYPE $content_type;
              fastcgi_param CONTENT_LENGTH $content_length;
              fastcgi_param REMOTE_USER $remote_user;
            }
            location /old/ { rewrite ^/old/(.*) /git/$1 permanent; }
            location /moved/ { return 301 https://localhost:{{Port}}/git/work/.git/info/refs?service=git-upload-pack; }
            location /private/ { auth_basic git; try_files /absent @elsewhere; }
            location @elsewhere { return 302 https://localhost:{{Port}}/git/work/.git/info/refs?service=git-upload-pack; }
            location /plain/ { return 302 http://127.0.0.1:1/a.git/info/refs?service=git-upload-pack; }
            location /login/ { default_type text/html; return 200 "<html>Log in</html>"; }
            location /forbidden/ { return 403; }
            location /broken/ { return 503; }
            location /limited/ { return 429; }
          }
          server {
            listen 127.0.0.1:{{ExpiredPort}} ssl;
            ssl_certificate {{Repository.Root}}/expired.pem;
            ssl_certificate_key {{Repository.Root}}/expired.key;
          }
          server {
            listen 127.0.0.1:{{ElsewherePort}} ssl;
            ssl_certificate {{Repository.Root}}/elsewhere.pem;
            ssl_certificate_key {{Repository.Root}}/elsewhere.key;
          }
        }
        """;
}
