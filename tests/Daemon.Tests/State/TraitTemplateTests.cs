using System.Text.Json;
using CsCheck;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Tests.State;

public sealed class TraitTemplateTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.OneOf("{{", "}}", "{", "}", "external", "internal", ".", "team", "logins", "[", "]", "\"", "`", "'", "\\", "(", ")", ",", " ", "email.local", "regexp.replace", "^(.*)$", "$1", "${n}", "$"),
        Gen.Char[' ', '~'].Select(c => c.ToString())).Array[0, 14].Select(string.Concat);

    public static IEnumerable<object[]> Cases() => CaseTable.Read("State/templates.tsv", 4).Select(c => c[..3]);

    public static IEnumerable<object[]> BadTemplates() => CaseTable.Read("State/bad-templates.tsv", 2);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fills_in_traits(string text, string traits, string expected)
    {
        var template = TraitTemplate.Parse(text, out var error);

        error.ShouldBeNull();
        template.ShouldNotBeNull().Apply(Traits(traits)).ShouldBe(JsonSerializer.Deserialize<string[]>(expected)!);
    }

    [Theory]
    [MemberData(nameof(BadTemplates))]
    public void Refuses_what_is_no_template_and_says_why(string text, string expected)
    {
        TraitTemplate.Parse(text, out var error).ShouldBeNull();

        error.ShouldBe($"'{text}'{expected}");
    }

    [Fact]
    public void The_tables_hold_enough_cases()
    {
        Cases().Count().ShouldBeGreaterThanOrEqualTo(50);
        BadTemplates().Count().ShouldBeGreaterThanOrEqualTo(20);
    }

    [Fact]
    public void Never_throws_and_says_either_or() =>
        Text.Sample(
            text =>
            {
                var template = TraitTemplate.Parse(text, out var error);
                template?.Apply(Traits("""{"team":["a","b"],"logins":[""]}"""));
                return template is null != error is null;
            },
            iter: 3000);

    [Fact]
    public void Functions_stand_in_each_other_only_so_deep()
    {
        var text = string.Concat("{{", string.Concat(Enumerable.Repeat("email.local(", 100_000)));

        TraitTemplate.Parse(text + "}}", out var error).ShouldBeNull();
        error.ShouldEndWith("more than 8 functions stand in each other");
    }

    [Fact]
    public void A_text_without_braces_is_itself() =>
        Text.Where(t => !t.Contains("{{", StringComparison.Ordinal) && !t.Contains("}}", StringComparison.Ordinal)).Sample(
            text => TraitTemplate.Parse(text, out _) is { IsLiteral: true } literal && literal.Apply(Traits("{}")) is [var only] && only == text);

    private static EquatableMap<EquatableList<string>> Traits(string json) => EquatableMap<EquatableList<string>>.From(
        JsonSerializer.Deserialize<Dictionary<string, string[]>>(json)!.Select(t => KeyValuePair.Create(t.Key, t.Value.ToEquatableList())));
}
