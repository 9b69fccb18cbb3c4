using System.Text;
using Tidegate.Configuration;
using Tidegate.Manifests;
using Tidegate.Manual;
using Tidegate.State;
using Tidegate.Tests.Configuration;
using Tidegate.Yaml;

namespace Tidegate.Tests.Manual;

/// <summary>The pages of file formats say what the readers do, no more and no less.</summary>
public sealed class FilePageTests
{
    private static readonly Edition Edition = new("1.2.3", "2026-11-23");

    [Fact]
    public void Every_field_that_is_read_is_described_once_and_nothing_else_is() =>
        ManualPages.FilePages(Edition).SelectMany(p => p.Page.Faults().Select(f => $"{p.Title}: {f}")).ShouldBeEmpty();

    [Fact]
    public void There_is_a_page_for_the_configuration_and_for_each_kind_of_manifest() =>
        ManualPages.FilePages(Edition).Select(p => p.Title.Name).ShouldBe(ResourceKind.All.Select(k => "tidegate-" + k).Prepend("tidegate-teleport.yaml"));

    [Theory]
    [InlineData("a: b\nx: y", "x is read, but not described")]
    [InlineData("a: b", "c is described, but nothing reads it", "c")]
    [InlineData("a: b", "a is described twice", "a")]
    public void A_page_that_drifts_from_its_reader_is_not_made(string document, string fault, params string[] described)
    {
        var catalog = new FieldCatalog();
        foreach (var line in document.Split('\n'))
        {
            catalog.Note(line.Split(':')[0], FieldShape.Value);
        }

        var fields = described.Prepend("a").Select(n => new FieldText([n], "A text.", null)).ToList();
        var page = new FilePage(new("tidegate-x", 5, "a page"), catalog, new("", "Text.", fields, [], [], null, []), new Dictionary<string, string>(), Edition);
        page.Faults().ShouldContain(fault);
        Should.Throw<InvalidOperationException>(page.Roff).Message.ShouldContain(fault);
    }

    [Fact]
    public void The_example_of_each_manifest_is_read_without_a_problem()
    {
        foreach (var kind in ResourceKind.All)
        {
            var example = ManualTexts.Page($"tidegate-{kind}.5").Example.ShouldNotBeNull();
            var read = ManifestReader.Read("example.yaml", Encoding.UTF8.GetBytes(example), "rev");
            read.Problems.ShouldBeEmpty();
            read.Resources.ShouldHaveSingleItem().Kind.ShouldBe(kind);
        }
    }

    [Fact]
    public void A_setting_that_the_reader_knows_is_in_the_example_file_and_the_other_way_round()
    {
        var shown = new ConfigurationExample().Values.Keys.ToHashSet(StringComparer.Ordinal);
        var known = ConfigurationReader.Settings().Found.ToDictionary(f => f.Path, StringComparer.Ordinal);
        var free = new[] { "kubernetes_service.labels.", "kubernetes_service.resources[].labels." };

        known.Values.Where(f => f.Use == FieldUse.Read && !IsLeftOut(f.Path, known)).Select(f => f.Path).Where(p => !shown.Contains(p)).ShouldBeEmpty();
        shown.Where(p => !known.ContainsKey(p) && !free.Any(f => p.StartsWith(f, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void The_example_file_with_every_comment_written_out_has_no_error_but_that_some_settings_exclude_each_other()
    {
        var errors = ConfigurationReader.Parse("teleport.yaml.example", new ConfigurationExample().Text).Errors;
        errors.Where(e => !e.Message.StartsWith("is of use only with ", StringComparison.Ordinal) && !e.Message.StartsWith("cannot stand beside ", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void A_default_on_the_page_means_the_same_as_nothing_at_all()
    {
        var plain = ConfigurationFixture.Load(ConfigurationFixture.Minimal);
        var tried = 0;
        foreach (var setting in ConfigurationReader.Settings().Found.Where(f => f is { Default: not null, Use: FieldUse.Read } && !f.Path.EndsWith(".enabled", StringComparison.Ordinal)))
        {
            var text = WithDefault(setting);
            (ConfigurationFixture.Load(text) with { Files = plain.Files, Written = plain.Written }).ShouldBe(plain, setting.Path);
            tried++;
        }

        tried.ShouldBeGreaterThan(8);
    }

    [Fact]
    public void Facts_come_from_the_reader()
    {
        var known = ConfigurationReader.Settings().Found.ToDictionary(f => f.Path, StringComparer.Ordinal);
        known["gitops_service.repository.interval"].ShouldBe(
            new("gitops_service.repository.interval") { Shape = FieldShape.Value, Type = "a duration", Default = "1m0s", Bounds = "1s to 24h0m0s" });
        known["kubernetes_service.https_keypairs[].cert_file"].IsRequired.ShouldBeTrue();
        known["gitops_service.webhook"].Use.ShouldBe(FieldUse.Refused);
        known["ssh_service"].Use.ShouldBe(FieldUse.Ignored);
        var role = ManifestReader.Fields(ResourceKind.Role).Found.ToDictionary(f => f.Path, StringComparer.Ordinal);
        role["version"].Bounds.ShouldBe("v3 to v8");
        role["spec.allow.kubernetes_groups"].Shape.ShouldBe(FieldShape.Values);
        role["spec.allow.node_labels"].Use.ShouldBe(FieldUse.Ignored);
        role["spec.options.record_session.k8s"].Shape.ShouldBe(FieldShape.Value);
    }

    /// <summary>An empty section of what this version does not run.</summary>
    private static bool IsLeftOut(string path, Dictionary<string, FieldFacts> known) =>
        path is "gitops_service.commands" || known.Values.Any(o => o.Use != FieldUse.Read && path.StartsWith(o.Path + ".", StringComparison.Ordinal));

    private static string WithDefault(FieldFacts setting)
    {
        var parts = setting.Path.Split('.');
        var section = parts.Length == 1 ? "" : parts[0] + ":\n";
        var lines = parts.Skip(parts.Length == 1 ? 0 : 1).Select((p, i) => $"{new string(' ', parts.Length == 1 ? 0 : 2 * (i + 1))}{p}:");
        var text = $"{string.Join('\n', lines)} \"{setting.Default}\"\n";
        return section.Length > 0 && ConfigurationFixture.Minimal.Contains(section, StringComparison.Ordinal)
            ? Merged(section, text, parts)
            : ConfigurationFixture.Minimal + "\n" + section + text;
    }

    private static string Merged(string section, string text, string[] parts) =>
        parts is ["gitops_service", "repository", var key]
            ? ConfigurationFixture.Minimal.Replace("clusters.git }", $"clusters.git, {key}: \"{text.Split('"')[1]}\" }}", StringComparison.Ordinal)
            : ConfigurationFixture.Minimal.Replace(section, section + text, StringComparison.Ordinal);
}
