using System.Net;
using System.Net.Security;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>In which form a reason comes, over both versions of HTTP: the table in <c>refusal-forms.tsv</c>.</summary>
public sealed class RefusalFormTests(RefusalFormTests.Refusals refusals) : IClassFixture<RefusalFormTests.Refusals>
{
    public static IEnumerable<object[]> Cases() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Proxy", "refusal-forms.tsv")).Where(l => !l.StartsWith('#')).Skip(1).Select(l => (object[])[.. l.Split('\t')]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_reason_comes_in_the_form_that_is_printed(string code, string path, string accept, string form)
    {
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var http = refusals.Client(code, version);
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/clusters/{Refusals.ClusterOf(code)}{path}") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            if (accept != "-")
            {
                request.Headers.TryAddWithoutValidation("Accept", accept);
            }

            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();

            ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(code, body);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe(form == "text" ? "text/plain" : "application/json");
            var message = form == "text" ? body.TrimEnd('\n') : JsonNode.Parse(body)!["message"]!.GetValue<string>();
            message.ShouldContain(Refusals.ReasonOf(code));
            var warned = answer.Headers.NonValidated.TryGetValues("Warning", out var warning) ? warning.ToString() : null;
            warned.ShouldBe(form == "warned" ? $"299 - \"{message.Replace("\"", "\\\"", StringComparison.Ordinal).Replace('\n', ' ')}\"" : null);
        }
    }

    [Fact]
    public async Task A_warning_is_one_line_of_printable_characters()
    {
        using var http = refusals.Client("404", HttpVersion.Version11, "CN=bob\u00FC\\\"\u20AC");
        using var answer = await http.GetAsync(new Uri("/clusters/c1/version", UriKind.Relative));

        var warning = answer.Headers.NonValidated["Warning"].ToString();
        warning.ShouldContain("user \\\"bob?\\\\");
        warning.ShouldAllBe(c => c >= ' ' && c <= '~');
    }

    /// <summary>A gate that refuses with each code, for its own reason.</summary>
    public sealed class Refusals : IAsyncLifetime
    {
        private readonly Scene scene = new() { Answer = r => r.WriteAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n") };

        public static string ClusterOf(string code) => code switch
        {
            "503" => "offline",
            "404" => "nope",
            _ => "c1",
        };

        public static string ReasonOf(string code) => code switch
        {
            "401" => "the certificate has expired or is not valid yet",
            "403" => "user \"nobody\" is not known here",
            "404" => "kubernetes cluster \"nope\"",
            "502" => "kubernetes cluster \"c1\" does not accept the gate's credential",
            _ => "kubernetes cluster \"offline\" is offline",
        };

        public async Task InitializeAsync()
        {
            await scene.InitializeAsync();
            var nowhere = new Kubernetes.ClusterCredential(new Uri($"https://127.0.0.1:{FreePort.Next()}")) { CertificateAuthorityPem = scene.Gate.Servers.Pem, Token = "t" };
            scene.Gate.Apply(scene.State.Cluster("offline", nowhere));
        }

        public HttpClient Client(string code, Version version, string? subject = null)
        {
            var certificate = scene.Gate.Clients.IssueClientCertificate(subject ?? (code == "403" ? "CN=nobody" : "CN=alice"), days: code == "401" ? -1 : 20);
            return new(new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [certificate], RemoteCertificateValidationCallback = (_, _, _, _) => true },
            })
            {
                BaseAddress = scene.Gate.Address,
                DefaultRequestVersion = version,
            };
        }

        public Task DisposeAsync() => scene.DisposeAsync();
    }
}
