using System.Text;
using Tidegate.Manifests;
using Tidegate.State;
using Tidegate.Tests.Kubernetes;
using Tidegate.Yaml;

namespace Tidegate.Tests.Manifests;

public sealed class ManifestReaderTests
{
    private const string UserText = "kind: user\nversion: v2\nmetadata:\n  name: alice\nspec:\n  roles: [a]\n";

    [Fact]
    public void A_broken_document_leaves_the_others_of_its_file_alive()
    {
        var read = Read("kind: user\nversion: v2\nmetadata: {name: a}\nspec: {}\n---\nkind: user\nversion: v2\nmetadata: {name: b}\nspec: {roles: [}\n---\nkind: user\nversion: v2\nmetadata: {name: c}\nspec: {}\n");

        read.Resources.Select(r => (r.Name, r.Value is not null)).ShouldBe([("a", true), ("b", false), ("c", true)]);
        read.Problems.ShouldHaveSingleItem().Resource.ShouldBe("user/b");
        read.Unattributed.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("kind: user\nversion: v2\nmetadata: {name: [}\n", "user", null)]
    [InlineData("kind: usr\nversion: v2\nmetadata: {name: a}\nspec: {}\n", null, "a")]
    [InlineData("kind: user\nkind: role\nversion: v2\nmetadata: {name: a}\nspec: {}\n", null, "a")]
    [InlineData("kind: user\nversion: v2\nmetadata: {name: a, name: b}\nspec: {}\n", "user", null)]
    [InlineData("- a\n", null, null)]
    [InlineData("{\n", null, null)]
    public void Of_a_document_that_does_not_say_what_it_is_about_the_legible_part_is_kept(string text, string? kind, string? name)
    {
        var read = Read(text + "---\n" + UserText);

        read.Unattributed.ShouldHaveSingleItem().ShouldBe(new PartialIdentity(kind, name));
        read.Problems.ShouldNotBeEmpty();
        read.Resources.ShouldHaveSingleItem().Name.ShouldBe("alice");
    }

    [Fact]
    public void A_document_of_another_tool_is_wrong_and_about_nothing_of_ours()
    {
        var read = Read("kind: Deployment\nmetadata: {name: a}\n");

        read.Problems.ShouldHaveSingleItem().Message.ShouldStartWith("there is no kind \"Deployment\"");
        read.Unattributed.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\n", "\r\n")]
    [InlineData("\n", "\r")]
    public void Line_ends_of_other_systems_change_nothing(string from, string to)
    {
        var read = Read(UserText.Replace(from, to, StringComparison.Ordinal));

        read.Problems.ShouldBeEmpty();
        read.Resources[0].Value.ShouldBe(Read(UserText).Resources[0].Value);
        read.Resources[0].Line.ShouldBe(4);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped() => Read("\ufeff" + UserText).Problems.ShouldBeEmpty();

    [Theory]
    [InlineData("kind: user\nmetadata: {name: \"a\u0000\"}\n", "2:20", "U+0000")]
    [InlineData("kind: user\n# \u202e reversed\n", "2:3", "U+202E")]
    [InlineData("kind: user\u2028version: v2\n", "1:11", "U+2028")]
    public void Characters_that_deceive_are_refused(string text, string place, string character)
    {
        var problem = Read(text).Problems.ShouldHaveSingleItem().ToString();

        problem.ShouldBe($"m.yaml:{place}: the character {character} may not stand in a manifest: remove it");
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused_with_their_line()
    {
        byte[] bytes = [.. "kind: user\nname: "u8, 0xe9, .. "\n"u8];

        ManifestReader.Read("m.yaml", bytes, "rev").Problems.ShouldHaveSingleItem().ToString()
            .ShouldBe("m.yaml:2: the file is not UTF-8: save it with that encoding");
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused_unread()
    {
        var read = ManifestReader.Read("m.yaml", new byte[YamlText.MaxBytes + 1], "rev");

        read.Problems.ShouldHaveSingleItem().Message.ShouldStartWith("the file has 1048577 bytes");
        read.Unattributed.ShouldBe([PartialIdentity.Nothing]);
    }

    [Fact]
    public void A_pointer_to_large_file_storage_is_named_as_such() =>
        Read("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n").Problems.ShouldHaveSingleItem().Message.ShouldStartWith("this is a Git LFS pointer");

    [Fact]
    public void Nesting_is_limited()
    {
        var read = Read("kind: user\nversion: v2\nmetadata: {name: a}\nspec: " + new string('[', 100_000));

        read.Problems.ShouldContain(p => p.Message == "the document is nested deeper than 64 levels");
        read.Problems.Count.ShouldBe(1);
    }

    [Fact]
    public void A_file_of_very_many_documents_is_refused() =>
        Read(string.Concat(Enumerable.Repeat("---\na\n", 2000))).Problems.ShouldHaveSingleItem().ToString()
            .ShouldBe("m.yaml:2001:1: the file has more than 1000 documents: split it");

    [Fact]
    public void The_problems_of_one_document_are_limited()
    {
        var labels = string.Concat(Enumerable.Range(0, 1000).Select(i => $"    l{i}: 1\n"));

        Read($"kind: kube_cluster\nversion: v3\nmetadata:\n  name: a\n  labels:\n{labels}spec: {{}}\n").Problems.Count.ShouldBe(50);
    }

    [Fact]
    public void The_expressions_of_one_document_are_limited()
    {
        var values = string.Join(", ", Enumerable.Range(0, 1001).Select(i => $"'^a{i}$'"));
        var mappings = string.Concat(Enumerable.Range(0, 1001).Select(i => $"  - {{name: organization, value: a{i}, roles: [b]}}\n"));

        Read($"kind: role\nversion: v8\nmetadata: {{name: a}}\nspec: {{allow: {{kubernetes_labels: {{env: [{values}]}}}}}}\n").Problems.ShouldHaveSingleItem()
            .Message.ShouldStartWith("a selector has at most 1000 values");
        Read($"kind: mtls\nversion: v1\nmetadata: {{name: a}}\nspec:\n  attributes_to_roles:\n{mappings}").Problems.ShouldHaveSingleItem()
            .Message.ShouldStartWith("a connector has at most 1000 mappings");
    }

    [Fact]
    public void The_resources_of_one_role_are_limited()
    {
        string Entry(string name, string verbs) => $"    - {{kind: nodes, name: '{name}', verbs: [{verbs}]}}\n";
        FileResources Of(string entries) => Read($"kind: role\nversion: v8\nmetadata: {{name: a}}\nspec:\n  allow:\n    kubernetes_resources:\n{entries}");
        string Many(int count) => string.Concat(Enumerable.Range(0, count).Select(i => Entry($"^a{i}$", "get")));

        Of(Many(1000)).Problems.ShouldBeEmpty();
        Of(Many(1001)).Problems.ShouldHaveSingleItem().ToString()
            .ShouldBe("m.yaml:7:5: spec.allow.kubernetes_resources: a list has at most 1000 entries: use patterns, or split the role");
        Of(Entry(new string('a', 1000), "get")).Problems.ShouldHaveSingleItem().IsWarning.ShouldBeTrue("no name is that long, and an expression may be");
        Of(Entry(new string('a', 1001), "get")).Problems.ShouldHaveSingleItem().ToString()
            .ShouldBe("m.yaml:7:27: spec.allow.kubernetes_resources[0].name: a pattern has at most 1000 characters: use several entries");
        Of(Entry("a", string.Join(", ", Enumerable.Repeat("get", 100)))).Problems.ShouldBeEmpty();
        Of(Entry("a", string.Join(", ", Enumerable.Repeat("get", 101)))).Problems.ShouldHaveSingleItem().ToString()
            .ShouldBe("m.yaml:7:39: spec.allow.kubernetes_resources[0].verbs: an entry has at most 100 verbs: each need stand there only once");
    }

    [Fact]
    public void An_expansion_without_bound_is_refused()
    {
        var levels = string.Concat(Enumerable.Range(1, 9).Select(i => $"l{i}: &l{i} [{string.Join(", ", Enumerable.Repeat($"*l{i - 1}", 10))}]\n"));

        Read("l0: &l0 [x]\n" + levels).Problems.ShouldAllBe(p => p.Message.StartsWith("anchors and aliases", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("  kubeconfig: {0}", 0)]
    [InlineData("  kubeconfig: \"{0}\"", 0)]
    [InlineData("  kubeconfig: |\n    {0}", 64)]
    [InlineData("  kubeconfig: >-\n    {0}", 76)]
    [InlineData("  kubeconfig:\n    {0}", 57)]
    public void A_kubeconfig_may_be_written_in_every_style(string field, int wrap)
    {
        var base64 = SampleKubeconfig.Base64(SampleKubeconfig.Token());
        var lines = wrap == 0 ? base64 : string.Join("\n    ", base64.Chunk(wrap).Select(c => new string(c)));

        var read = Read($"kind: kube_cluster\nversion: v3\nmetadata: {{name: a}}\nspec:\n{string.Format(null, field, lines)}\n");

        read.Problems.ShouldBeEmpty();
        read.Resources[0].Value.ShouldBeOfType<KubeCluster>().Credential.CertificateAuthorityPem.ShouldBe(SampleKubeconfig.CertificatePem);
    }

    [Fact]
    public void A_kubeconfig_wrapped_by_a_shell_has_runs_of_spaces()
    {
        var base64 = string.Join("    ", SampleKubeconfig.Base64(SampleKubeconfig.Token()).Chunk(76).Select(c => new string(c)));

        Read($"kind: kube_cluster\nversion: v3\nmetadata: {{name: a}}\nspec:\n  kubeconfig: |\n    {base64}\n").Problems.ShouldBeEmpty();
    }

    [Fact]
    public void No_message_about_a_kubeconfig_holds_its_secrets()
    {
        var kubeconfig = SampleKubeconfig.Base64(SampleKubeconfig.Token("\"secret one\", bogus: secret"));

        var problems = Read($"kind: kube_cluster\nversion: v3\nmetadata: {{name: a}}\nspec: {{kubeconfig: {kubeconfig}}}\n").Problems;

        problems.Count.ShouldBe(2);
        string.Concat(problems).ShouldNotContain("secret");
        problems[0].Message.ShouldStartWith("line 8 of the kubeconfig, users[0].user.token: the token holds a space");
    }

    [Fact]
    public void Origins_name_file_line_and_revision()
    {
        var origin = Read("# comment\n---\n" + UserText).Resources[0].Value!.Origin;

        (origin.File, origin.Line, origin.Revision).ShouldBe(("m.yaml", 3, "rev"));
    }

    private static FileResources Read(string text) => ManifestReader.Read("m.yaml", Encoding.UTF8.GetBytes(text), "rev");
}
