using System.Text.Json;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.Tests.Labels;

public sealed class LabelSelectorTests
{
    public static IEnumerable<object[]> Cases() => CaseTable.Read("Labels/selectors.tsv", 4).Select(c => c[..3]);

    public static IEnumerable<object[]> BadExpressions() => CaseTable.Read("Labels/bad-expressions.tsv", 2);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Matches_as_the_table_says(string selector, string labels, string expected)
    {
        var compiled = LabelSelector.Compile(Selector(selector), out var error);

        error.ShouldBeNull();
        compiled.ShouldNotBeNull().Matches(LabelSet.From(JsonSerializer.Deserialize<Dictionary<string, string>>(labels)!)).ShouldBe(expected switch
        {
            "yes" => true,
            "no" => false,
            _ => throw new InvalidDataException($"'{expected}' is neither yes nor no"),
        });
    }

    [Theory]
    [MemberData(nameof(BadExpressions))]
    public void Refuses_an_expression_and_says_why(string expression, string expected)
    {
        LabelPattern.Compile(expression, out var error).ShouldBeNull();

        error.ShouldNotBeNull().ShouldBe($"'{expression}' is not a valid RE2 expression: {expected}");
        LabelSelector.Compile(EquatableMap<EquatableList<string>>.From([new("env", ["prod", expression])]), out var passedOn).ShouldBeNull();
        passedOn.ShouldBe(error);
    }

    /// <summary>It is a character as any other, which no data file can hold.</summary>
    [Fact]
    public void A_NUL_does_not_end_an_expression()
    {
        LabelPattern.Compile("^a\0b$", out _).ShouldNotBeNull().IsMatch("a\0b").ShouldBeTrue();
        LabelPattern.Compile("^[a-\0]$", out var error).ShouldBeNull();
        error.ShouldNotBeNull().ShouldEndWith("invalid character class range a-\0");
    }

    [Fact]
    public void The_tables_hold_enough_cases()
    {
        Cases().Count().ShouldBeGreaterThanOrEqualTo(100);
        BadExpressions().Count().ShouldBeGreaterThanOrEqualTo(25);
    }

    [Theory]
    [InlineData("""{"*":"*"}""", true)]
    [InlineData("""{"*":"*","env":"prod"}""", true)]
    [InlineData("""{"*":["*","x"]}""", false)]
    [InlineData("""{"*":"prod"}""", false)]
    [InlineData("""{"env":"*"}""", false)]
    [InlineData("{}", false)]
    public void Only_the_whole_wildcard_matches_all(string selector, bool expected) =>
        LabelSelector.Compile(Selector(selector), out _).ShouldNotBeNull().MatchesAll.ShouldBe(expected);

    /// <summary>A selector as in a manifest, where a text stands for a list of one.</summary>
    private static EquatableMap<EquatableList<string>> Selector(string json)
    {
        using var document = JsonDocument.Parse(json);
        return EquatableMap<EquatableList<string>>.From(document.RootElement.EnumerateObject().Select(p => KeyValuePair.Create(
            p.Name,
            p.Value.ValueKind == JsonValueKind.Array
                ? p.Value.EnumerateArray().Select(v => v.GetString()!).ToEquatableList()
                : [p.Value.GetString()!])));
    }
}
