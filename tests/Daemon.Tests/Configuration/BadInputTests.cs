using CsCheck;
using Tidegate.Configuration;

namespace Tidegate.Tests.Configuration;

/// <summary>Each case changes one thing in base.yaml and names everything that must be said about it.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Configuration", "bad-input.tsv")).Skip(1))
        {
            var cells = line.Split('\t');
            data.Add(LineBreaks(cells[0]), LineBreaks(cells[1]), cells[2]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says_where_it_is_and_what_to_do(string replaced, string by, string expected)
    {
        var good = ConfigurationFixture.BaseText;
        good.Split(replaced).Length.ShouldBe(2, $"\"{replaced}\" must be in base.yaml once");

        var result = ConfigurationReader.Parse("teleport.yaml", good.Replace(replaced, by, StringComparison.Ordinal));

        var said = result.Errors.Concat(result.Warnings).ToList();
        string.Join(" && ", said).ShouldBe(string.Join(" && ", expected.Split(" && ").Select(e => $"teleport.yaml:{e}")));
        (result.Configuration is null).ShouldBe(result.Errors.Count > 0);
        said.ShouldAllBe(p => !p.Message.Contains("hunter2", StringComparison.Ordinal), "a secret may not be in a message");
    }

    [Fact]
    public void The_table_holds_enough_cases() => Cases().Count.ShouldBeGreaterThanOrEqualTo(60);

    [Fact]
    public void All_errors_are_reported_at_once_in_the_order_of_the_file()
    {
        var text = ConfigurationFixture.BaseText
            .Replace("severity: INFO", "severity: LOUD", StringComparison.Ordinal)
            .Replace("interval: 1m", "interval: soon", StringComparison.Ordinal)
            .Replace("env: staging", "env: ^(staging$", StringComparison.Ordinal)
            .Replace("drain_timeout: 30s", "drain_timeout: 30", StringComparison.Ordinal);

        var result = ConfigurationReader.Parse("teleport.yaml", text);

        result.Configuration.ShouldBeNull();
        result.Errors.Select(e => (e.Line, e.Field)).ShouldBe(
        [
            (9, "teleport.log.severity"),
            (21, "gitops_service.repository.interval"),
            (42, "kubernetes_service.resources[1].labels.env"),
            (46, "kubernetes_service.drain_timeout"),
        ]);
    }

    [Theory]
    [InlineData("", "teleport.yaml: the file is empty; 'tidegate configure' writes one to start from")]
    [InlineData("# nothing\n", "teleport.yaml: the file is empty; 'tidegate configure' writes one to start from")]
    [InlineData("---\n", "teleport.yaml: must be a mapping with sections such as kubernetes_service, not an empty document")]
    [InlineData("- a\n", "teleport.yaml:1:1: must be a mapping with sections such as kubernetes_service, not a list")]
    public void A_file_without_sections_is_refused(string text, string expected) =>
        ConfigurationReader.Parse("teleport.yaml", text).Errors.ShouldHaveSingleItem().ToString().ShouldBe(expected);

    [Fact]
    public void Deep_nesting_is_refused() =>
        ConfigurationReader.Parse("teleport.yaml", new string('[', 100_000)).Errors.ShouldHaveSingleItem().Message
            .ShouldBe("is not valid YAML: nested deeper than 32 levels");

    /// <summary>Whatever a person types into the file, there is an answer with a reason and no exception.</summary>
    [Fact]
    public void Damaged_text_is_read_or_refused()
    {
        var text = ConfigurationFixture.BaseText;
        var inserts = Gen.String[Gen.Char["[]{}:,-&*!|>'\"%@`#?<\n\t ab\0\u0085\ufeff"], 0, 12];
        Gen.Select(Gen.Int[0, text.Length - 1], Gen.Int[0, 40], inserts).Sample((at, removed, inserted) =>
        {
            var damaged = text.Remove(at, Math.Min(removed, text.Length - at)).Insert(at, inserted);

            var result = ConfigurationReader.Parse("teleport.yaml", damaged);

            (result.Configuration is null).ShouldBe(result.Errors.Count > 0);
            result.Errors.ShouldAllBe(e => e.Message.Length > 0 && !e.ToString().Contains('\n', StringComparison.Ordinal));
        });
    }

    private static string LineBreaks(string cell) => cell.Replace("\\n", "\n", StringComparison.Ordinal);
}
