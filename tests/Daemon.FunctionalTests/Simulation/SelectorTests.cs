using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Requests;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>The selectors of the simulated API server follow apimachinery's grammars.</summary>
public sealed class SelectorTests
{
    private static readonly JsonObject Item = new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = "a,b",
            ["labels"] = new JsonObject { ["app"] = "web", ["tier"] = "front", ["n"] = "5" },
        },
        ["spec"] = new JsonObject { ["nodeName"] = "node-0" },
    };

    public static IEnumerable<object[]> LabelCases() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Simulation", "labels.tsv")).Where(l => !l.StartsWith('#')).Select(l => (object[])l.Split('\t'));

    [Theory]
    [MemberData(nameof(LabelCases))]
    public void A_label_selector_follows_the_table(string selector, string expected) => Outcome(() => LabelQuery.Parse(selector).Matches(Item)).ShouldBe(expected);

    [Theory]
    [InlineData("metadata.name=a\\,b", "yes")]
    [InlineData("metadata.name=a", "no")]
    [InlineData("metadata.name!=a", "yes")]
    [InlineData("spec.nodeName==node-0,metadata.name=a\\,b", "yes")]
    [InlineData("spec.nodeName=,metadata.name=a\\,b", "no")]
    [InlineData("spec.absent=", "yes")]
    [InlineData(",,", "yes")]
    [InlineData("spec.nodeName", "error")]
    [InlineData("metadata.name=a\\b", "error")]
    [InlineData("metadata.name=a=b", "error")]
    [InlineData("metadata.name=a\\", "error")]
    public void A_field_selector_follows_the_grammar(string selector, string expected) => Outcome(() => FieldQuery.Parse(selector).Matches(Item)).ShouldBe(expected);

    private static string Outcome(Func<bool> match)
    {
        try
        {
            return match() ? "yes" : "no";
        }
        catch (ApiException error) when (error.Code == 400)
        {
            return "error";
        }
    }
}
