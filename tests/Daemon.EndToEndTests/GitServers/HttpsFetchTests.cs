using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Git;

namespace Tidegate.EndToEndTests.GitServers;

public sealed class HttpsFetchTests : IClassFixture<HttpsServer>, IDisposable
{
    private static readonly string Basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"x-access-token:{HttpsServer.Token}"))}";
    private readonly HttpsServer server;
    private readonly string folder = Directory.CreateTempSubdirectory("tidegate-https-").FullName;

    public HttpsFetchTests(HttpsServer server)
    {
        this.server = server;
        server.Repository.Commit("a.yaml", $"a: {Guid.NewGuid()}");
        server.ForgetRequests();
    }

    [Fact]
    public async Task Fetches_with_a_token_and_follows()
    {
        var fetcher = Fetcher();
        (await Fetch(fetcher, Options())).ShouldBeOfType<FetchResult.Updated>().Revision.Id.ShouldBe(server.Repository.Head);
        (await Fetch(fetcher, Options())).ShouldBeOfType<FetchResult.Unchanged>();
        var next = server.Repository.Commit("a.yaml", "a: next");
        (await Fetch(fetcher, Options())).ShouldBeOfType<FetchResult.Updated>().Revision.Id.ShouldBe(next);
        using var tree = CommitTree.Open(fetcher.MirrorPath, next);
        Encoding.UTF8.GetString(tree.Read(tree.List("", null).Files.ShouldHaveSingleItem().BlobId)).ShouldBe("a: next");
    }

    [Fact]
    public async Task The_token_is_nowhere_in_the_mirror()
    {
        (await Fetch(Fetcher(), Options())).ShouldBeOfType<FetchResult.Updated>();
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "mirror.git"), "*", SearchOption.AllDirectories))
        {
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)).ShouldNotContain(HttpsServer.Token, Case.Sensitive, file);
        }
    }

    [Fact]
    public async Task A_rotated_token_is_used_by_the_next_fetch()
    {
        var fetcher = Fetcher();
        var options = Options() with { TokenFile = Write("wrong") };
        Failed(await Fetch(fetcher, options), FetchFailure.Authentication);
        Write(HttpsServer.Token + "\r\n");
        (await Fetch(fetcher, options)).ShouldBeOfType<FetchResult.Updated>();
    }

    [Fact]
    public async Task The_user_comes_from_options()
    {
        (await Fetch(Fetcher(), Options() with { Username = "ada" })).ShouldBeOfType<FetchResult.Updated>();
        server.Requests().ShouldContain(r => r.Contains($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"ada:{HttpsServer.Token}"))}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_token_is_sent_once_and_not_shown()
    {
        var message = Failed(await Fetch(Fetcher(), Options() with { TokenFile = Write("wrong-7d2e") }), FetchFailure.Authentication);
        message.ShouldContain("refused the credentials of");
        message.ShouldNotContain("wrong-7d2e");
        server.Requests().Count(r => r.Contains("Basic", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("no token", "token_file")]
    [InlineData("empty token", "is empty")]
    [InlineData("blank token", "must hold the token")]
    [InlineData("two lines", "must hold the token")]
    [InlineData("missing file", "cannot be read")]
    public async Task Credentials_that_are_not_there_are_asked_for(string fault, string words)
    {
        var file = fault switch
        {
            "no token" => null,
            "empty token" => Write(""),
            "blank token" => Write("\n"),
            "two lines" => Write("a\nb\n"),
            _ => "/nonexistent/token",
        };
        Failed(await Fetch(Fetcher(), Options() with { TokenFile = file }), FetchFailure.Authentication).ShouldContain(words);
    }

    [Theory]
    [InlineData("wrong authority", "comes from no authority of")]
    [InlineData("the host's authorities", "no authority that this host trusts")]
    [InlineData("expired", "is valid from")]
    [InlineData("another host", "is not for localhost")]
    [InlineData("another address", "is not for 127.0.0.1")]
    [InlineData("no certificate", "no PEM certificate")]
    [InlineData("two joined without a line break", "has the end of one PEM block and the begin of another on line ")]
    [InlineData("the second one cut off", "holds a PEM block that cannot be read (line ")]
    [InlineData("saved by Windows as UTF-8", "begins with a byte order mark")]
    [InlineData("saved by Windows as UTF-16", "begins with a byte order mark")]
    [InlineData("missing file", "cannot be read")]
    public async Task A_certificate_that_does_not_serve_is_told_apart(string fault, string words)
    {
        var options = fault switch
        {
            "wrong authority" => Options() with { CaFile = server.StrangerCaFile },
            "the host's authorities" => Options() with { CaFile = null },
            "expired" => Options() with { Url = Address(server.ExpiredPort) },
            "another host" => Options() with { Url = Address(server.ElsewherePort).Replace("127.0.0.1", "localhost", StringComparison.Ordinal) },
            "another address" => Options() with { Url = Address(server.ElsewherePort) },
            "no certificate" => Options() with { CaFile = Write("nothing") },
            "two joined without a line break" => Options() with { CaFile = Write(Authority.TrimEnd() + Authority) },
            "the second one cut off" => Options() with { CaFile = Write(Authority + Authority[..200]) },
            "saved by Windows as UTF-8" => Options() with { CaFile = Write(Authority, new UTF8Encoding(true)) },
            "saved by Windows as UTF-16" => Options() with { CaFile = Write(Authority, Encoding.Unicode) },
            _ => Options() with { CaFile = "/nonexistent/ca.pem" },
        };
        Failed(await Fetch(Fetcher(), options), FetchFailure.Certificate).ShouldContain(words);
        server.Requests().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData(" \n")]
    public async Task The_authorities_may_have_any_line_ends(string ends)
    {
        var text = ends.Length == 0 ? Authority.TrimEnd() : Authority.Replace("\n", ends, StringComparison.Ordinal);
        (await Fetch(Fetcher(), Options() with { CaFile = Write(text) })).ShouldBeOfType<FetchResult.Updated>();
    }

    [Theory]
    [InlineData("/moved/")]
    [InlineData("/private/")]
    public async Task A_redirect_to_another_host_is_refused_and_sees_no_credentials(string path)
    {
        Failed(await Fetch(Fetcher(), Options() with { Url = server.Address(path + "a.git") }), FetchFailure.Redirect).ShouldContain("redirects to");
        server.Requests().ShouldNotContain(r => r.StartsWith("localhost", StringComparison.Ordinal) && r.Contains("Basic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_redirect_out_of_tls_is_not_followed() =>
        (await Fetch(Fetcher(), Options() with { Url = server.Address("/plain/a.git") })).ShouldBeOfType<FetchResult.Failed>().Failure.ShouldBe(FetchFailure.Redirect);

    [Fact]
    public async Task A_redirect_within_the_host_is_followed_with_the_token()
    {
        (await Fetch(Fetcher(), Options() with { Url = server.Address("/old/work/.git") })).ShouldBeOfType<FetchResult.Updated>();
        server.Requests().ShouldContain(r => r.Contains(Basic, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/git/absent.git", nameof(FetchFailure.NotFound), "404")]
    [InlineData("/forbidden/a.git", nameof(FetchFailure.Authentication), "403")]
    [InlineData("/login/a.git", nameof(FetchFailure.Unreachable), "no git repository")]
    [InlineData("/broken/a.git", nameof(FetchFailure.Unreachable), "503")]
    [InlineData("/limited/a.git", nameof(FetchFailure.Unreachable), "429")]
    public async Task What_the_server_answers_is_told_apart(string path, string failure, string words) =>
        Failed(await Fetch(Fetcher(), Options() with { Url = server.Address(path) }), Enum.Parse<FetchFailure>(failure)).ShouldContain(words);

    [Fact]
    public async Task A_port_without_server_or_without_tls_and_a_name_without_address_are_unreachable()
    {
        Failed(await Fetch(Fetcher(), Options() with { Url = Address(FreePort.Next()) }), FetchFailure.Unreachable).ShouldContain("refused the connection");
        Failed(await Fetch(Fetcher(), Options() with { Url = "https://nonexistent.invalid/a.git" }), FetchFailure.Unreachable).ShouldContain("cannot be resolved");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Task<FetchResult> Fetch(GitFetcher fetcher, GitRepositoryOptions options) => fetcher.FetchAsync(options, CancellationToken.None);

    private static string Failed(FetchResult result, FetchFailure failure)
    {
        var failed = result.ShouldBeOfType<FetchResult.Failed>(result.ToString());
        failed.Failure.ShouldBe(failure, failed.Message);
        failed.Message.ShouldNotContain(HttpsServer.Token);
        return failed.Message;
    }

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{port}/a.git");

    private GitFetcher Fetcher() => new(
        Path.Combine(folder, "mirror.git"),
        new FetchCommand("dotnet", [typeof(GitFetcher).Assembly.Location, FetchCommand.Verb]),
        TimeProvider.System,
        NullLogger<GitFetcher>.Instance);

    private string Authority => File.ReadAllText(server.CaFile).TrimEnd() + "\n";

    private string Write(string text, Encoding? encoding = null)
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, text, encoding ?? new UTF8Encoding(false));
        return file;
    }

    private GitRepositoryOptions Options()
    {
        var token = Path.Combine(folder, "token");
        File.WriteAllText(token, HttpsServer.Token + "\n");
        return new() { Url = server.Url, TokenFile = token, CaFile = server.CaFile, Timeout = TimeSpan.FromSeconds(120) };
    }
}
