using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Configuration;
using Tidegate.Git;
using Tidegate.Tests.Configuration;

namespace Tidegate.Tests.Git;

/// <summary>What <c>check</c> accepts the daemon accepts, and what it refuses the daemon refuses, in the same words.</summary>
public sealed class OneRuleTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tidegate-alike-").FullName;

    public static TheoryData<string, string, string> Addresses { get; } = Tables.Read("urls.tsv");

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Check_and_a_fetch_read_an_address_alike(string address, string transport, string words)
    {
        var isSsh = transport == nameof(GitTransport.Ssh);
        var (key, hosts) = (Path.Combine(folder, "key"), Path.Combine(folder, "hosts"));
        File.WriteAllText(key, "no key");
        File.WriteAllText(hosts, "none");
        var files = isSsh ? $", ssh_key_file: {key}, known_hosts_file: {hosts}" : "";
        var text = ConfigurationFixture.Minimal.Replace("url: /srv/git/clusters.git", $"url: '{address.Replace("'", "''", StringComparison.Ordinal)}'{files}", StringComparison.Ordinal);
        var check = ConfigurationReader.Parse("teleport.yaml", text);
        var options = new GitRepositoryOptions
        {
            Url = address,
            SshKeyFile = isSsh ? key : null,
            KnownHostsFile = isSsh ? hosts : null,
            Timeout = TimeSpan.FromSeconds(20),
        };

        var fetch = (await Fetcher().FetchAsync(options, CancellationToken.None)).ShouldBeOfType<FetchResult.Failed>();

        if (transport == "error")
        {
            var error = check.Errors.ShouldHaveSingleItem();
            error.Field.ShouldBe("gitops_service.repository.url");
            error.Message.ShouldContain(words);
            fetch.Failure.ShouldBe(FetchFailure.Configuration);
            fetch.Message.ShouldBe($"url: {error.Message}");
        }
        else
        {
            check.Errors.ShouldBeEmpty();
            check.Configuration!.GitOpsService.Repository.Transport.ToString().ShouldBe(transport);
            fetch.Failure.ShouldNotBe(FetchFailure.Configuration, fetch.Message);
        }
    }

    [Theory]
    [InlineData("commit", "e975cde000000000000000000000000000000000", true)]
    [InlineData("commit", "E975CDE000000000000000000000000000000000", true)]
    [InlineData("commit", "e975cde", false)]
    [InlineData("commit", "e975cde000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("commit", "g975cde000000000000000000000000000000000", false)]
    [InlineData("branch", "release/1.2", true)]
    [InlineData("branch", "äö", true)]
    [InlineData("branch", "refs/heads/main", false)]
    [InlineData("branch", "-x", false)]
    [InlineData("branch", "a..b", false)]
    [InlineData("branch", "a.lock", false)]
    [InlineData("tag", "v1", true)]
    [InlineData("tag", "v 1", false)]
    [InlineData("tag", "@", false)]
    [InlineData("path", "clusters//prod/.", true)]
    [InlineData("path", "/etc", false)]
    [InlineData("path", "a/../b", false)]
    [InlineData("path", "a\\b", false)]
    public void Check_and_a_fetch_read_commits_branches_tags_and_folders_alike(string field, string value, bool isAccepted)
    {
        var text = ConfigurationFixture.Minimal.Replace("clusters.git }", $"clusters.git, {field}: '{value}' }}", StringComparison.Ordinal);
        var options = new GitRepositoryOptions { Url = "/srv/git/clusters.git" };
        options = field switch
        {
            "commit" => options with { Commit = value },
            "branch" => options with { Branch = value },
            "tag" => options with { Tag = value },
            _ => options with { Path = value },
        };

        ConfigurationReader.Parse("teleport.yaml", text).Errors.Any().ShouldBe(!isAccepted);
        options.Errors().Any().ShouldBe(!isAccepted);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private GitFetcher Fetcher() => new(Path.Combine(folder, "mirror.git"), FetchTests.Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);
}
