using CsCheck;
using Tidegate.Labels;
using Tidegate.Resources;

namespace Tidegate.Tests.Resources;

public sealed class RulePatternsTests
{
    // As k8s.io/apiserver/pkg/storage/names makes them.
    private const string MadeOf = "bcdfghjklmnpqrstvwxz2456789";

    private static readonly Gen<string> Pattern = Gen.OneOf(
        Gen.OneOf("*", "web", "web-", "web-*", "*-web", "w*", "^web-.*$", "^.+$", "^.*$", "web-bcdfg", "", "**", "w*-*", "web-b*"),
        Gen.OneOf("w", "e", "b", "-", "*", "bcdfg").Array[0, 4].Select(string.Concat));

    private static readonly Gen<string> Beginning = Gen.OneOf(
        Gen.OneOf("web-", "web", "w", "db-", "web-b"),
        Gen.Int[50, 70].Select(n => new string('w', n)));

    private static readonly Gen<string> End = Gen.OneOf([.. MadeOf]).Array[5].Select(c => new string(c));

    public static IEnumerable<object[]> Cases() => CaseTable.Read("Resources/patterns.tsv", 5).Select(c => c[..4]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says_of_unknown_names_what_a_pattern_does(string question, string pattern, string beginning, string answer)
    {
        var compiled = LabelPattern.Compile(pattern == "-" ? "" : pattern, out var error).ShouldNotBeNull(error);
        var prefix = beginning.Replace("A*60", new string('a', 60), StringComparison.Ordinal);

        var actual = question switch
        {
            "every" => RulePatterns.MatchesEveryText(compiled),
            "some" => RulePatterns.MayMatchText(compiled),
            "covers" => RulePatterns.CoversGenerated(compiled, prefix),
            "may" => RulePatterns.MayMatchGenerated(compiled, prefix),
            _ => throw new InvalidDataException(question),
        };

        (actual ? "yes" : "no").ShouldBe(answer, $"{question} {pattern} {beginning}");
    }

    [Fact]
    public void The_table_holds_enough_cases() => Cases().Count().ShouldBeGreaterThanOrEqualTo(50);

    [Fact]
    public void What_covers_a_beginning_matches_every_name_that_is_made_from_it() =>
        Gen.Select(Pattern, Beginning, End).Sample(
            (pattern, beginning, end) => LabelPattern.Compile(pattern, out _) is not { } p || !RulePatterns.CoversGenerated(p, beginning) || p.IsMatch(Made(beginning, end)),
            iter: 1500);

    [Fact]
    public void What_matches_a_name_that_is_made_may_match_its_beginning() =>
        Gen.Select(Pattern, Beginning, End).Sample(
            (pattern, beginning, end) => LabelPattern.Compile(pattern, out _) is not { } p || !p.IsMatch(Made(beginning, end)) || RulePatterns.MayMatchGenerated(p, beginning),
            iter: 1500);

    [Fact]
    public void What_matches_every_text_matches_any() =>
        Gen.Select(Pattern, Beginning).Sample(
            (pattern, text) => LabelPattern.Compile(pattern, out _) is not { } p
                || ((!RulePatterns.MatchesEveryText(p) || p.IsMatch(text)) && (!p.IsMatch(text) || RulePatterns.MayMatchText(p))),
            iter: 1000);

    /// <summary>The server cuts a long beginning off, so that the name stays a name.</summary>
    private static string Made(string beginning, string end) => (beginning.Length > 58 ? beginning[..58] : beginning) + end;
}
