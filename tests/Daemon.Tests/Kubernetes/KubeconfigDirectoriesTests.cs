using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

/// <summary>A kubeconfig that a manifest names is read only under the directories that the configuration lists, links or not.</summary>
public sealed class KubeconfigDirectoriesTests : IDisposable
{
    private readonly KubeconfigFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_a_manifest_names_must_lie_under_a_listed_directory()
    {
        var inside = folder.Write("allowed/a", SampleKubeconfig.Token());
        var outside = folder.Write("secret", SampleKubeconfig.Token());
        string[] allowed = [folder.PathOf("allowed")];

        KubeconfigReader.FromDirectories(inside, allowed, false).Credential!.Token.ShouldBe("secret-token");
        Refusal(outside, allowed).ShouldContain("under none of the directories");
        Refusal(folder.PathOf("allowed", "..", "secret"), allowed).ShouldContain("under none of the directories");
        Refusal(inside, []).ShouldContain("lists no directory");
        Refusal(folder.PathOf("allowed", "absent"), allowed).ShouldContain("does not exist");
    }

    public static IEnumerable<object[]> Places() => CaseTable.Read("Kubernetes/kubeconfig-directories.tsv", 4).Select(c => c[..3]);

    [Theory]
    [MemberData(nameof(Places))]
    public void Where_a_file_may_be_is_told_by_its_path_on_another_host(string path, string directories, string expected)
    {
        var said = KubeconfigReader.WhyNotThere(path, directories == "-" ? [] : directories.Split(' '));

        (said ?? "yes").ShouldStartWith(expected);
    }

    [Fact]
    public void One_of_several_listed_directories_is_enough()
    {
        var path = folder.Write("b/config", SampleKubeconfig.Token());
        Directory.CreateDirectory(folder.PathOf("a"));

        KubeconfigReader.FromDirectories(path, [folder.PathOf("a"), folder.PathOf("b")], false).Credential.ShouldNotBeNull();
    }

    [Fact]
    public void A_link_does_not_lead_out_of_a_listed_directory()
    {
        folder.Write("secret/a", SampleKubeconfig.Token());
        folder.Write("allowed/b", SampleKubeconfig.Token());
        File.CreateSymbolicLink(folder.PathOf("allowed", "file"), "../secret/a");
        File.CreateSymbolicLink(folder.PathOf("allowed", "dir"), folder.PathOf("secret"));
        File.CreateSymbolicLink(folder.PathOf("allowed", "loop"), "loop");
        Directory.CreateSymbolicLink(folder.PathOf("alias"), "allowed");
        string[] allowed = [folder.PathOf("alias")];

        Refusal(folder.PathOf("allowed", "file"), allowed).ShouldContain("under none of the directories");
        Refusal(folder.PathOf("allowed", "dir", "a"), allowed).ShouldContain("under none of the directories");
        Refusal(folder.PathOf("allowed", "loop"), allowed).ShouldContain("too many symbolic links");
        KubeconfigReader.FromDirectories(folder.PathOf("alias", "b"), allowed, false).Credential.ShouldNotBeNull();
    }

    private static string Refusal(string path, string[] allowed)
    {
        var result = KubeconfigReader.FromDirectories(path, allowed, allowInsecureSkipTlsVerify: false);
        result.Credential.ShouldBeNull();
        return result.Problems.ShouldHaveSingleItem().Message;
    }
}
