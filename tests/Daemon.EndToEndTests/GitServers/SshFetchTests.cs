using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Git;

namespace Tidegate.EndToEndTests.GitServers;

public sealed class SshFetchTests : IClassFixture<SshServer>, IDisposable
{
    private readonly SshServer server;
    private readonly string folder = Directory.CreateTempSubdirectory("tidegate ssh ").FullName;

    public SshFetchTests(SshServer server)
    {
        this.server = server;
        server.Repository.Commit("a.yaml", $"a: {Guid.NewGuid()}");
    }

    [Fact]
    public async Task Fetches_and_follows()
    {
        var fetcher = Fetcher();
        (await Fetch(fetcher, Options())).ShouldBeOfType<FetchResult.Updated>().Revision.Id.ShouldBe(server.Repository.Head);
        (await Fetch(fetcher, Options())).ShouldBeOfType<FetchResult.Unchanged>();
        var next = server.Repository.Commit("a.yaml", "a: next");
        (await Fetch(fetcher, Options())).ShouldBeOfType<FetchResult.Updated>().Revision.Id.ShouldBe(next);
        using var tree = CommitTree.Open(fetcher.MirrorPath, next);
        tree.List("", null).Files.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_changed_host_key_is_refused() =>
        Failed(await Fetch(Options() with { KnownHostsFile = server.Write("changed", server.KnownHostsLine(server.StrangerKey)) }), FetchFailure.HostKey).ShouldContain("is not the one in known_hosts_file");

    [Fact]
    public async Task An_unknown_host_key_is_refused_and_not_learnt()
    {
        var file = server.Write("others", "other.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE2vC5kLzZ2n3w0yq4fT0Vx8r1m3m7o0c2m1gB5m3k9A\n");
        var before = await File.ReadAllTextAsync(file);
        Failed(await Fetch(Options() with { KnownHostsFile = file }), FetchFailure.HostKey).ShouldContain("is not in known_hosts_file");
        (await File.ReadAllTextAsync(file)).ShouldBe(before);
    }

    [Theory]
    [InlineData("empty known hosts", nameof(FetchFailure.HostKey), "is empty")]
    [InlineData("missing known hosts", nameof(FetchFailure.HostKey), "cannot be read")]
    [InlineData("missing key", nameof(FetchFailure.Authentication), "cannot be read")]
    [InlineData("key of a stranger", nameof(FetchFailure.Authentication), "refused the key")]
    [InlineData("key with a passphrase", nameof(FetchFailure.Authentication), "passphrase")]
    [InlineData("key readable by others", nameof(FetchFailure.Authentication), "chmod 600")]
    [InlineData("no key at all", nameof(FetchFailure.Authentication), "no private key")]
    public async Task A_file_that_does_not_serve_is_named(string fault, string failure, string words)
    {
        var options = fault switch
        {
            "empty known hosts" => Options() with { KnownHostsFile = server.Write("empty", "") },
            "missing known hosts" => Options() with { KnownHostsFile = "/nonexistent/known_hosts" },
            "missing key" => Options() with { SshKeyFile = "/nonexistent/key" },
            "key of a stranger" => Options() with { SshKeyFile = server.StrangerKey },
            "key with a passphrase" => Options() with { SshKeyFile = server.EncryptedKey },
            "key readable by others" => Options() with { SshKeyFile = OpenKey() },
            _ => Options() with { SshKeyFile = server.Write("nokey", "this is no key\n") },
        };
        Failed(await Fetch(options), Enum.Parse<FetchFailure>(failure)).ShouldContain(words);
    }

    [Fact]
    public async Task A_repository_that_is_not_there_is_not_found() =>
        Failed(await Fetch(Options() with { Url = server.Address("/nonexistent.git") }), FetchFailure.NotFound).ShouldContain("no such repository");

    [Fact]
    public async Task A_port_without_server_is_unreachable() =>
        Failed(await Fetch(Options() with { Url = $"ssh://git@127.0.0.1:{FreePort.Next()}/a.git" }), FetchFailure.Unreachable).ShouldContain("refused the connection");

    [Fact]
    public async Task A_scp_like_address_reaches_its_host() =>
        Failed(await Fetch(Options() with { Url = "git@nonexistent.invalid:a/b.git" }), FetchFailure.Unreachable).ShouldContain("cannot be resolved");

    [Fact]
    public async Task A_server_that_hangs_after_the_login_is_ended_with_its_ssh()
    {
        var options = Options() with { Url = server.Address("/stall.git"), Timeout = TimeSpan.FromSeconds(3) };
        Failed(await Fetch(options), FetchFailure.Timeout).ShouldContain("after 3 s");
        await UntilNoProcessNamesAsync(folder);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Task<FetchResult> Fetch(GitFetcher fetcher, GitRepositoryOptions options) => fetcher.FetchAsync(options, CancellationToken.None);

    private static string Failed(FetchResult result, FetchFailure failure)
    {
        var failed = result.ShouldBeOfType<FetchResult.Failed>(result.ToString());
        failed.Failure.ShouldBe(failure, failed.Message);
        return failed.Message;
    }

    /// <summary>A killed process is there until the kernel has taken it apart; one that goes on living fails here.</summary>
    private static async Task UntilNoProcessNamesAsync(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (ProcessesNaming(text) is { Count: > 0 } alive)
        {
            limit.IsCancellationRequested.ShouldBeFalse(string.Join('\n', alive));
            await look.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static List<string> ProcessesNaming(string text)
    {
        var found = new List<string>();
        foreach (var directory in Directory.GetDirectories("/proc"))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(directory, "cmdline"));
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    found.Add(line);
                }
            }
            catch (IOException)
            {
                // Not a process, or one that has just ended.
            }
        }

        return found;
    }

    private Task<FetchResult> Fetch(GitRepositoryOptions options) => Fetch(Fetcher(), options);

    private GitFetcher Fetcher() => new(
        Path.Combine(folder, "mirror.git"),
        new FetchCommand("dotnet", [typeof(GitFetcher).Assembly.Location, FetchCommand.Verb]),
        TimeProvider.System,
        NullLogger<GitFetcher>.Instance);

    private string OpenKey()
    {
        var file = server.Write("open", File.ReadAllText(server.ClientKey));
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        return file;
    }

    /// <summary>The known hosts lie in this test's own folder, whose name has a space and marks the ssh of this test.</summary>
    private GitRepositoryOptions Options()
    {
        var hosts = Path.Combine(folder, "known 100% hosts");
        File.Copy(server.KnownHosts, hosts, overwrite: true);
        return new() { Url = server.Url, SshKeyFile = server.ClientKey, KnownHostsFile = hosts, Timeout = TimeSpan.FromSeconds(120) };
    }
}
