using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tidegate.Git;
using static Tidegate.Tests.Git.FetchTests;

namespace Tidegate.Tests.Git;

/// <summary>What a fetch survives: dead children, damaged mirrors, servers that stall.</summary>
public sealed class FetchFaultTests : IDisposable
{
    private readonly ScratchRepository scratch = new();
    private readonly GitFetcher fetcher;

    public FetchFaultTests() => fetcher = new(scratch.Mirror, Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);

    [Fact]
    public async Task What_a_killed_child_left_behind_is_removed()
    {
        scratch.Commit("a.yaml", "a: 1");
        Updated(await Fetch(fetcher, Options()));
        var next = scratch.Commit("a.yaml", "a: 2");
        string[] leftovers =
        [
            "refs/tidegate/current.lock", "refs/tidegate/incoming.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "index.lock", "shallow.lock",
            "objects/pack/pack_git2_0123456789abcdef", "objects/pack/tmp_pack_abc",
        ];
        foreach (var leftover in leftovers)
        {
            File.WriteAllText(Path.Combine(scratch.Mirror, leftover), "x");
        }

        Updated(await Fetch(fetcher, Options())).Id.ShouldBe(next);
        leftovers.Where(l => File.Exists(Path.Combine(scratch.Mirror, l))).ShouldBeEmpty();
        Directory.Exists($"{scratch.Mirror}.damaged").ShouldBeFalse();
    }

    [Theory]
    [InlineData("index")]
    [InlineData("pack")]
    [InlineData("reference")]
    [InlineData("head")]
    [InlineData("objects")]
    public async Task A_damaged_mirror_is_replaced(string damage)
    {
        scratch.Commit("a.yaml", "a: 1");
        Updated(await Fetch(fetcher, Options()));
        var next = scratch.Commit("a.yaml", "a: 2");
        Damage(damage);

        Updated(await Fetch(fetcher, Options())).Id.ShouldBe(next);
        Directory.Exists($"{scratch.Mirror}.damaged").ShouldBeTrue();
        ReadOnlyFile().ShouldBe("a: 2");
    }

    /// <summary>What may lie where the mirror should be, or where one is put aside.</summary>
    [Theory]
    [InlineData("echo x > mirror.git")]
    [InlineData(": > mirror.git")]
    [InlineData("ln -s /nonexistent mirror.git")]
    [InlineData("ln -s mirror.git mirror.git")]
    [InlineData("echo keep > target; ln -s target mirror.git")]
    [InlineData("mkfifo mirror.git")]
    [InlineData("mkdir mirror.git")]
    [InlineData("mkdir mirror.git; echo x > mirror.git/garbage")]
    [InlineData("mkdir -p mirror.git/config mirror.git/HEAD mirror.git/objects/pack/x")]
    [InlineData("mkdir mirror.git; echo x > mirror.git/refs; echo x > mirror.git/objects; echo 'ref: x' > mirror.git/HEAD")]
    [InlineData("echo x > mirror.git; echo x > mirror.git.damaged; echo x > mirror.git.new")]
    [InlineData("echo x > mirror.git; mkdir mirror.git.damaged mirror.git.new; echo x > mirror.git.damaged/x; echo x > mirror.git.new/x")]
    [InlineData("echo x > mirror.git; ln -s /nonexistent mirror.git.damaged; ln -s /nonexistent mirror.git.new")]
    [InlineData("echo x > mirror.git; for d in mirror.git.damaged mirror.git.new; do mkdir \"$d\"; mkdir \"$(printf \"$d/\\377\")\"; done")]
    [InlineData("echo keep > target; mkdir elsewhere; echo keep > elsewhere/file; echo x > mirror.git; ln -s elsewhere mirror.git.damaged")]
    public async Task Whatever_lies_where_the_mirror_should_be_gives_way_to_one(string script)
    {
        var id = scratch.Commit("a.yaml", "a: 1");
        ScratchRepository.Run("bash", "-c", $"set -e; cd '{scratch.Root}'; {script}");
        var log = new RecordingLogger<GitFetcher>();
        var own = new GitFetcher(scratch.Mirror, Command, TimeProvider.System, log);

        Updated(await Fetch(own, Options())).Id.ShouldBe(id);
        ReadOnlyFile().ShouldBe("a: 1");
        log.Lines.ShouldHaveSingleItem().ShouldStartWith("The mirror is cloned anew: ");
        foreach (var kept in new[] { "target", "elsewhere/file" }.Where(k => script.Contains(k.Split('/')[0], StringComparison.Ordinal)))
        {
            File.ReadAllText(Path.Combine(scratch.Root, kept)).ShouldBe("keep\n", "what a link leads to is left alone");
        }

        (await Fetch(own, Options())).ShouldBeOfType<FetchResult.Unchanged>();
        log.Lines.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_mirror_given_up_that_is_a_file_is_made_room_for()
    {
        var id = scratch.Commit("a.yaml", "a: 1");
        File.WriteAllText(scratch.Mirror, "x");
        fetcher.GiveUpMirror("it cannot be read");
        Updated(await Fetch(fetcher, Options())).Id.ShouldBe(id);
    }

    [Fact]
    public async Task A_mirror_with_a_foreign_configuration_gets_its_own_back()
    {
        var id = scratch.Commit("a.yaml", "a: 1");
        Updated(await Fetch(fetcher, Options()));
        File.WriteAllText(Path.Combine(scratch.Mirror, "config"), "[core\nbare = false\n[url \"/nonexistent/\"]\n\tinsteadOf = /\n");
        (await Fetch(fetcher, Options())).ShouldBeOfType<FetchResult.Unchanged>().Revision.Id.ShouldBe(id);
    }

    [Fact]
    public async Task A_mirror_given_up_is_cloned_anew()
    {
        var id = scratch.Commit("a.yaml", "a: 1");
        Updated(await Fetch(fetcher, Options()));
        fetcher.GiveUpMirror("an object is missing");
        Directory.Exists(scratch.Mirror).ShouldBeFalse();
        Updated(await Fetch(fetcher, Options())).Id.ShouldBe(id);
        fetcher.GiveUpMirror("again");
        Directory.Exists($"{scratch.Mirror}.damaged").ShouldBeTrue();
    }

    [Fact]
    public async Task Packs_do_not_pile_up()
    {
        scratch.Commit("a.yaml", "a: 0");
        Updated(await Fetch(fetcher, Options()));
        for (var i = 1; i <= 60; i++)
        {
            // A pack as each fetch over the network leaves one.
            File.WriteAllText(Path.Combine(scratch.Work, "a.yaml"), $"a: {i}");
            scratch.Git("commit", "-q", "-a", "-m", $"{i}");
            var pack = ScratchRepository.RunGit(scratch.Work, null, "rev-parse", "HEAD", "HEAD^{tree}", "HEAD:a.yaml");
            ScratchRepository.RunGit(scratch.Work, pack, "pack-objects", "-q", Path.Combine(scratch.Mirror, "objects/pack/pack"));
        }

        Updated(await Fetch(fetcher, Options())).Id.ShouldBe(scratch.Head);
        using (var reader = CommitTree.Open(scratch.Mirror, scratch.Head))
        {
            (await Fetch(fetcher, Options())).ShouldBeOfType<FetchResult.Unchanged>();
            reader.List("", null).Files.ShouldHaveSingleItem();
        }

        Directory.GetFiles(Path.Combine(scratch.Mirror, "objects/pack"), "*.pack").ShouldHaveSingleItem();
        ReadOnlyFile().ShouldBe("a: 60");
        ScratchRepository.RunGit(scratch.Mirror, null, "fsck", "--full").ShouldNotContain("missing");
    }

    /// <summary>The child ends it by itself: the time that its killing would need does not pass.</summary>
    [Fact]
    public async Task A_server_that_accepts_and_stays_silent_is_a_timeout()
    {
        using var server = new StallingServer(trickles: false);
        var own = new GitFetcher(scratch.Mirror, Command, new FakeTimeProvider(), NullLogger<GitFetcher>.Instance);
        var fetch = Fetch(own, Options() with { Url = server.Url, Timeout = TimeSpan.FromSeconds(1) });
        Failed(await fetch.WaitAsync(TimeSpan.FromSeconds(120)), FetchFailure.Timeout).ShouldNotContain("was ended");
    }

    /// <summary>Each byte restarts libgit2's own timeout, so only killing the child ends this one.</summary>
    [Fact]
    public async Task A_server_that_trickles_is_ended_at_the_deadline_and_no_child_stays()
    {
        using var server = new StallingServer(trickles: true);
        var time = new FakeTimeProvider();
        var own = new GitFetcher(scratch.Mirror, Command, time, NullLogger<GitFetcher>.Instance);
        var options = Options() with { Url = server.Url, Timeout = TimeSpan.FromMinutes(1) };
        var fetch = Fetch(own, options);
        await server.Arrival.WaitAsync(TimeSpan.FromSeconds(120));
        time.Advance(TimeSpan.FromMinutes(1));
        Failed(await fetch.WaitAsync(TimeSpan.FromSeconds(120)), FetchFailure.Timeout).ShouldContain("after 60 s");
        await server.Hangup.WaitAsync(TimeSpan.FromSeconds(120));

        // The deadline grows, so that a repository which needs longer is fetched in the end.
        fetch = Fetch(own, options);
        time.Advance(TimeSpan.FromMinutes(1));
        fetch.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(1));
        Failed(await fetch.WaitAsync(TimeSpan.FromSeconds(120)), FetchFailure.Timeout).ShouldContain("after 120 s");
    }

    [Fact]
    public async Task A_caller_that_gives_up_ends_the_child()
    {
        using var server = new StallingServer(trickles: true);
        using var cancellation = new CancellationTokenSource();
        var fetch = fetcher.FetchAsync(Options() with { Url = server.Url }, cancellation.Token);
        await server.Arrival.WaitAsync(TimeSpan.FromSeconds(120));
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(fetch);
        await server.Hangup.WaitAsync(TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task A_child_whose_daemon_is_gone_ends()
    {
        using var server = new StallingServer(trickles: true);
        var start = new ProcessStartInfo(Command.FileName, Command.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        await child.StandardInput.WriteLineAsync(
            $$"""{"repository":{"url":"{{server.Url}}"},"mirror_path":"{{scratch.Mirror}}","connect_timeout":9000,"idle_timeout":9000,"repack_above":50}""");
        await child.StandardInput.FlushAsync();
        await server.Arrival.WaitAsync(TimeSpan.FromSeconds(120));
        child.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await child.WaitForExitAsync(limit.Token);
        child.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_child_killed_during_its_work_leaves_a_mirror_that_recovers()
    {
        for (var i = 0; i < 300; i++)
        {
            scratch.Write($"c/{i}.yaml", $"a: {i}");
        }

        var id = scratch.CommitAll();
        for (var milliseconds = 60; milliseconds < 260; milliseconds += 20)
        {
            await Fetch(fetcher, Options() with { Timeout = TimeSpan.FromMilliseconds(milliseconds) });
        }

        var result = await Fetch(fetcher, Options());
        (result switch
        {
            FetchResult.Updated updated => updated.Revision.Id,
            FetchResult.Unchanged unchanged => unchanged.Revision.Id,
            _ => result.ToString(),
        }).ShouldBe(id);
        using var tree = CommitTree.Open(scratch.Mirror, id);
        tree.List("", null).Files.ShouldAllBe(f => tree.Read(f.BlobId).Length == f.Size);
        Directory.GetFiles(scratch.Mirror, "*.lock", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_hosts_git_variables_do_not_reach_the_child()
    {
        const string Tell = """read line; printf '{"failure":"Other","message":"%s and %s"}\n' "${GIT_TIDEGATE_PROBE-unset}" "${TIDEGATE_PROBE-unset}" """;
        Environment.SetEnvironmentVariable("GIT_TIDEGATE_PROBE", "set");
        Environment.SetEnvironmentVariable("TIDEGATE_PROBE", "set");
        var teller = new GitFetcher(scratch.Mirror, new FetchCommand("/bin/sh", ["-c", Tell]), TimeProvider.System, NullLogger<GitFetcher>.Instance);
        Failed(await Fetch(teller, Options()), FetchFailure.Other).ShouldBe("unset and set");
    }

    public void Dispose() => scratch.Dispose();

    private GitRepositoryOptions Options() => new() { Url = scratch.Work, Timeout = TimeSpan.FromSeconds(120) };

    private string ReadOnlyFile()
    {
        using var tree = CommitTree.Open(scratch.Mirror, scratch.Head);
        return Encoding.UTF8.GetString(tree.Read(tree.List("", null).Files.ShouldHaveSingleItem().BlobId));
    }

    private void Damage(string damage)
    {
        // All objects in one pack, as after a clone over the network.
        ScratchRepository.RunGit(scratch.Mirror, null, "repack", "-q", "-a", "-d");
        var pack = Directory.GetFiles(Path.Combine(scratch.Mirror, "objects/pack"), "*.pack").ShouldHaveSingleItem();
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        switch (damage)
        {
            case "index":
                File.Delete(Path.ChangeExtension(pack, ".idx"));
                break;
            case "pack":
                File.WriteAllBytes(pack, File.ReadAllBytes(pack)[..40]);
                break;
            case "reference":
                File.WriteAllText(Path.Combine(scratch.Mirror, "refs/tidegate/current"), "");
                break;
            case "head":
                File.WriteAllText(Path.Combine(scratch.Mirror, "HEAD"), "");
                break;
            case "objects":
                Directory.Delete(Path.Combine(scratch.Mirror, "objects"), recursive: true);
                break;
        }
    }
}
