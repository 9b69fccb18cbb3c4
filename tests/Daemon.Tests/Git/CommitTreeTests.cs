using System.Text;
using Tidegate.Git;

namespace Tidegate.Tests.Git;

/// <summary>What is read from a commit, and how fast. The scratch repository's own git directory stands in for the mirror.</summary>
public sealed class CommitTreeTests : IDisposable
{
    private readonly ScratchRepository scratch = new();

    [Fact]
    public void Lists_manifests_below_the_path_only()
    {
        foreach (var file in new[]
                 {
                     "top.yaml", "clusters/a.yaml", "clusters/b.yml", "clusters/c.json", "clusters/deep/er/d.YAML", "clusters/e.yaml.bak", "clusters/readme.md",
                     "clusters/.hidden.yaml", "clusters/.github/f.yaml", "clusters/äöü.yaml",
                 })
        {
            scratch.Write(file, $"# {file}");
        }

        scratch.CommitAll();

        var listing = List("./clusters/");
        listing.PathExists.ShouldBeTrue();
        listing.Path.ShouldBe("clusters");
        listing.Files.Select(f => f.Path).ShouldBe(["clusters/a.yaml", "clusters/b.yml", "clusters/c.json", "clusters/deep/er/d.YAML", "clusters/äöü.yaml"]);
        listing.Problems.ShouldBeEmpty();
        listing.Files[0].Size.ShouldBe("# clusters/a.yaml".Length);
        using var tree = Open();
        Encoding.UTF8.GetString(tree.Read(listing.Files[0].BlobId)).ShouldBe("# clusters/a.yaml");
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("a.yaml")]
    public void A_path_that_is_no_folder_does_not_exist(string path)
    {
        scratch.Commit("a.yaml", "a: 1");
        List(path).PathExists.ShouldBeFalse();
    }

    [Fact]
    public void Leaves_out_what_the_ignore_file_names()
    {
        scratch.Write("m/.tidegateignore", "drafts/\n*.tmp.yaml\n!keep.tmp.yaml\nvendor\n");
        foreach (var file in new[] { "m/a.yaml", "m/drafts/b.yaml", "m/x.tmp.yaml", "m/keep.tmp.yaml", "m/vendor/c.yaml" })
        {
            scratch.Write(file, "a: 1");
        }

        scratch.CommitAll();
        List("m").Files.Select(f => f.Path).ShouldBe(["m/a.yaml", "m/keep.tmp.yaml"]);
    }

    [Fact]
    public void Names_what_it_does_not_read_and_the_remedy()
    {
        scratch.Commit("roles/a.yaml", "a: 1");
        File.CreateSymbolicLink(Path.Combine(scratch.Work, "link.yaml"), "roles/a.yaml");
        File.CreateSymbolicLink(Path.Combine(scratch.Work, "folder"), "roles");
        File.CreateSymbolicLink(Path.Combine(scratch.Work, "shadow.yaml"), "../../etc/shadow");
        File.CreateSymbolicLink(Path.Combine(scratch.Work, "README"), "doc.md");
        scratch.Write("big.yaml", new string('#', ManifestScan.LargestFile + 1));
        scratch.Write("limit.yaml", new string('#', ManifestScan.LargestFile));
        scratch.Write("back\\slash.yaml", "a: 1");
        scratch.Write("bell\u0007.yaml", "a: 1");
        scratch.Git("add", "-A");
        scratch.Git("update-index", "--add", "--cacheinfo", $"160000,{scratch.Head},module");
        scratch.Git("commit", "-q", "-m", "Odd entries");

        var listing = List("");
        listing.Files.Select(f => f.Path).ShouldBe(["limit.yaml", "roles/a.yaml"]);
        var problems = listing.Problems.ToDictionary(p => p.File, p => p.Message);
        problems.Keys.ShouldBe(["back\\\\slash.yaml", "bell\\u0007.yaml", "big.yaml", "folder", "link.yaml", "module", "shadow.yaml"], ignoreOrder: true);
        problems["link.yaml"].ShouldContain("symbolic link");
        problems["module"].ShouldContain("submodule");
        problems["big.yaml"].ShouldContain("1048577 bytes");
        problems["bell\\u0007.yaml"].ShouldContain("rename");
    }

    [Fact]
    public void A_pointer_of_git_lfs_is_a_problem_of_its_file()
    {
        scratch.Commit("a.yaml", $"version https://git-lfs.github.com/spec/v1\noid sha256:{new string('0', 64)}\nsize 5\n");
        using var tree = Open();
        tree.TryRead(tree.List("", null).Files[0], out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeNull().Message.ShouldContain("Git LFS");
    }

    [Fact]
    public void A_listing_made_from_the_previous_one_equals_one_made_anew()
    {
        scratch.Write("m/.tidegateignore", "drafts/\n");
        scratch.Write("m/a.yaml", "a: 1");
        scratch.Write("m/b.yaml", "b: 1");
        scratch.Write("m/link.yaml", "was a file");
        scratch.Write("other/x.yaml", "x: 1");
        scratch.CommitAll();
        var previous = List("m");
        var steps = new Action[]
        {
            () => scratch.Write("m/a.yaml", "a: 2"),
            () => File.Delete(Path.Combine(scratch.Work, "m/b.yaml")),
            () => scratch.Write("m/drafts/c.yaml", "c: 1"),
            () => scratch.Write("m/.hidden/d.yaml", "d: 1"),
            () => scratch.Write("m/new/e.yaml", "e: 1"),
            () => scratch.Write("other/x.yaml", "x: 2"),
            () =>
            {
                File.Delete(Path.Combine(scratch.Work, "m/link.yaml"));
                File.CreateSymbolicLink(Path.Combine(scratch.Work, "m/link.yaml"), "a.yaml");
            },
            () => scratch.Write("m/big.yaml", new string('#', ManifestScan.LargestFile + 1)),
            () => scratch.Write("m/big.yaml", "small: 1"),
            () => scratch.Write("m/bell\u0007.yaml", "a: 1"),
            () => File.Delete(Path.Combine(scratch.Work, "m/bell\u0007.yaml")),
            () => scratch.Run("printf x > \"$(printf 'm/caf\\351.yaml')\"; printf x > \"$(printf 'm/caf\\350.yaml')\""),
            () => scratch.Run("rm \"$(printf 'm/caf\\351.yaml')\""),
            () => scratch.Run("rm \"$(printf 'm/caf\\350.yaml')\"; d=m/deep; for i in $(seq 65); do d=$d/d; done; mkdir -p $d; printf x > $d/a.yaml"),
            () => scratch.Run("rm -r m/deep; ln -s later m/early"),
            () => scratch.Run("mkdir m/later; printf x > m/later/a.yaml"),
            () => scratch.Run("rm -r m/later m/early"),
            () => scratch.Write("m/.tidegateignore", "new/\n"),
        };
        foreach (var (step, index) in steps.Select((s, i) => (s, i)))
        {
            step();
            scratch.CommitAll();
            using var tree = Open();
            var next = tree.List("m", previous);
            var anew = tree.List("m", null);
            next.RevisionId.ShouldBe(scratch.Head);
            next.Files.ShouldBe(anew.Files, $"step {index}");
            next.Problems.ShouldBe(anew.Problems, $"step {index}");
            previous = next;
        }

        previous.Files.Select(f => f.Path).ShouldBe(["m/a.yaml", "m/big.yaml", "m/drafts/c.yaml"]);
        previous.Problems.Select(p => p.File).ShouldBe(["m/link.yaml"]);
    }

    [Fact]
    public void A_listing_whose_commit_is_gone_is_made_anew()
    {
        scratch.Commit("a.yaml", "a: 1");
        var stranger = List("") with { RevisionId = new string('b', 40), Files = [] };
        using var tree = Open();
        tree.List("", stranger).Files.Count.ShouldBe(1);
    }

    [Fact]
    public void A_missing_commit_or_blob_is_a_damaged_mirror()
    {
        scratch.Commit("a.yaml", "a: 1");
        Should.Throw<DamagedMirrorException>(() => CommitTree.Open(GitDirectory, new string('c', 40)));
        Should.Throw<DamagedMirrorException>(() => CommitTree.Open(Path.Combine(scratch.Root, "absent"), scratch.Head));
        using var tree = Open();
        var file = tree.List("", null).Files[0];
        File.Delete(Path.Combine(GitDirectory, "objects", file.BlobId[..2], file.BlobId[2..]));
        Should.Throw<DamagedMirrorException>(() => tree.Read(file.BlobId));
    }

    /// <summary>
    /// Bounds are several times the processor time that it needs (see the output), so that only a change of the order of magnitude fails.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Ten_thousand_files_are_listed_compared_and_read_fast(int folders)
    {
        var script = new StringBuilder("commit refs/heads/main\ncommitter Ada <ada@example.com> 1700000000 +0000\ndata 1\nx\n");
        for (var i = 0; i < 10_000; i++)
        {
            var text = $"kind: kube_cluster\nversion: v3\nmetadata:\n  name: cluster-{i}\n  labels:\n    env: prod\n    note: {new string('x', 200)}\n";
            script.Append($"M 100644 inline d{i % folders}/cluster-{i:d5}.yaml\ndata {text.Length}\n{text}\n");
        }

        ScratchRepository.RunGit(scratch.Work, script.ToString(), "fast-import", "--quiet");
        scratch.Git("reset", "-q", "--hard");
        var previous = List("");
        previous.Files.Count.ShouldBe(10_000);
        scratch.Commit("d0/cluster-00000.yaml", "kind: kube_cluster\n");

        var list = Best(5, () => List("").Files.Count.ShouldBe(10_000));
        var change = Best(5, () =>
        {
            using var tree = Open();
            tree.List("", previous).Files.Count.ShouldBe(10_000);
        });
        var read = Best(2, () =>
        {
            using var tree = Open();
            previous.Files.Sum(f => tree.Read(f.BlobId).Length).ShouldBeGreaterThan(2_000_000);
        });
        Console.WriteLine($"{folders} folders: list {list:0.0} ms, one change {change:0.0} ms, read {read:0.0} ms");
        list.ShouldBeLessThan(450);
        change.ShouldBeLessThan(60);
        read.ShouldBeLessThan(1500);
    }

    public void Dispose() => scratch.Dispose();

    private static double Best(int times, Action action) => Enumerable.Range(0, times).Min(_ =>
    {
        var start = MachineLoad.ThreadTime;
        action();
        return (MachineLoad.ThreadTime - start).TotalMilliseconds;
    });

    private string GitDirectory => Path.Combine(scratch.Work, ".git");

    private CommitTree Open() => CommitTree.Open(GitDirectory, scratch.Head);

    private TreeListing List(string path)
    {
        using var tree = Open();
        return tree.List(path, null);
    }
}
