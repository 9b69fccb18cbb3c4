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
            Timeout = TimeSpan.FromSeconds(120),
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

    /// <summary>Every shape that a folder may have, each as a commit holds it and as it lies in the work tree.</summary>
    [Theory]
    [InlineData("a.yaml b.yml c.json d.YAML e.Yml f.JSON g.yaml.bak readme.md .yaml .hidden.yaml .github/x.yaml deep/er/h.yaml", "")]
    [InlineData("roles/a.yaml", "ln -s roles/a.yaml link.yaml; ln -s roles folder; ln -s ../../etc/shadow out.yaml; ln -s doc.md README; ln -s /etc etc; ln -s nowhere dangling; ln -s nowhere dangling.json")]
    [InlineData("a/b/c.yaml d/e.yaml", "ln -s ../../d a/b/up; ln -s ../.. a/b/root; ln -s ../../../x a/b/beyond; ln -s . d/self; ln -s ./d/../a round; ln -s a/b/c.yaml file; ln -s round again")]
    [InlineData("a.yaml d/b.yaml d/e/c.yaml x.tmp.yaml keep.tmp.yaml", "printf 'd/\n*.tmp.yaml\n!keep.tmp.yaml\nln*\n' > .tidegateignore; ln -s d ln; ln -s a.yaml ln.yaml")]
    [InlineData("a.yaml b.yaml", "printf 'b.yaml\n' > rules; ln -s rules .tidegateignore")]
    [InlineData("a.yaml b.yaml", "mkdir .tidegateignore; echo b.yaml > .tidegateignore/x")]
    [InlineData("a.yaml", "head -c 1048576 /dev/zero > limit.yaml; head -c 1048577 /dev/zero > big.yaml; head -c 1048577 /dev/zero > big.bin; : > empty.yaml")]
    [InlineData("a.yaml", "printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n' > lfs.yaml; printf 'version https://git-lfs.github.com/spec/v1\n' > lfs.bin")]
    [InlineData("a.yaml", "printf x > \"$(printf 'caf\\351.yaml')\"; printf x > \"$(printf 'caf\\350.yaml')\"; printf x > \"$(printf 'caf\\351.txt')\"; mkdir \"$(printf 'd\\377')\"; printf x > \"$(printf 'd\\377/b.yaml')\"; printf x > \"$(printf '\\303\\251.yaml')\"")]
    [InlineData("a.yaml", "printf x > 'back\\slash.yaml'; printf x > 'x\\xff.yaml'; printf x > \"$(printf 'bell\\007.yaml')\"; printf x > \"$(printf 'line\\nend.yaml')\"; printf x > \"$(printf 'rtl\\342\\200\\256lmay.yaml')\"; printf x > \"$(printf 'fffd\\357\\277\\275.yaml')\"; printf x > 'spa ce.yaml'")]
    [InlineData("a.yaml", "git init -q sub; printf x > sub/b.yaml; git -C sub add -A; git -C sub -c user.name=a -c user.email=a@b commit -q -m x; mkdir -p n; mv sub n/sub; ln -s n/sub tosub")]
    [InlineData("a.yaml", "mkfifo pipe.yaml; mkdir -p empty/er; mkdir dir.yaml; printf x > dir.yaml/b.yaml")]
    [InlineData("a.yaml", "d=.; for i in $(seq 66); do d=$d/d; mkdir $d; printf x > $d/a.yaml; done")]
    public void A_commit_and_a_folder_are_read_alike(string files, string script)
    {
        using var scratch = new ScratchRepository();
        foreach (var file in files.Split(' '))
        {
            scratch.Write(file, $"# {file}");
        }

        scratch.Run(script);
        scratch.CommitAll();

        using var tree = CommitTree.Open(Path.Combine(scratch.Work, ".git"), scratch.Head);
        var listing = tree.List("", null);
        var committed = new List<string>(listing.Problems.Select(p => p.ToString()));
        foreach (var file in listing.Files)
        {
            committed.Add(tree.TryRead(file, out var content, out var problem) ? $"{file.Path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content))}" : problem.ToString());
        }

        var (found, problems) = DiskFolder.Read(scratch.Work);
        var onDisk = found.Select(f => $"{f.Path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(f.Content))}").Concat(problems.Select(p => p.ToString()));
        onDisk.Order(StringComparer.Ordinal).ShouldBe(committed.Order(StringComparer.Ordinal));
        found.ShouldContain(f => f.Path.EndsWith(".yaml", StringComparison.Ordinal));
        committed.ShouldAllBe(c => c == Tidegate.Values.Printable.Line(c) && !c.Contains('\uFFFD', StringComparison.Ordinal) || c.Contains("fffd", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private GitFetcher Fetcher() => new(Path.Combine(folder, "mirror.git"), FetchTests.Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);
}
