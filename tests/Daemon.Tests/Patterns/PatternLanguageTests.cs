using CsCheck;
using Tidegate.Labels;
using Tidegate.Patterns;
using Tidegate.Values;

namespace Tidegate.Tests.Patterns;

public sealed class PatternLanguageTests
{
    private static readonly Gen<string> Glob = Gen.OneOf("*", "a", "b", "-", "ab", "A").Array[0, 5].Select(string.Concat);

    private static readonly Gen<string> Part = Gen.OneOf(
        "a", "b", "-", "ab", ".", ".*", "[ab]", "[^a]", "(a|b)", "(?:ab|b)", "(a*|b)+", "a*", "b+?", "-?", "[a-c]{2}", "(ab){1,2}", "a{2,}", "\\.", "(?i:A)", "(?i)", "(?s)", "^", "$", "(a$|b)", "\\A", "\\z", "(?P<n>b)",
        "\\w", "\\W", "\\d", "[[:upper:]]", "\\pL", "\\PL", "\\Qa-\\E", "\\x61", "|", "(|a)", "ü", "(?-i)b");

    private static readonly Gen<LabelPattern> Pattern = Gen.Frequency((2, Glob), (3, Part.Array[0, 5].Select(p => $"^{string.Concat(p)}$")))
        .Select(text => LabelPattern.Compile(text, out _)).Where(p => p is not null).Select(p => p!);

    private static readonly Gen<string> Text = Gen.OneOf("a", "b", "c", "-", "ab", "A", "B", ".", "0", "ü", "_", "aa").Array[0, 7].Select(string.Concat);

    public static TheoryData<string, string> Classes
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var cells in CaseTable.Read("Patterns/classes.tsv", 2))
            {
                rows.Add(cells[0], cells[1]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void Classes_are_those_of_the_table(string patterns, string classes)
    {
        var partition = new PatternLanguage().Partition(patterns.Split(' ').Select(p => Compile(p == "<>" ? "" : p)));

        partition.IsExact.ShouldBeTrue();
        string.Join(' ', partition.Classes.Select(c => $"{Shown(c.Witness)}{{{string.Join(',', c.Matching.Select(Shown).Order(StringComparer.Ordinal))}}}")).ShouldBe(classes);
    }

    [Fact]
    public void Every_text_has_its_class_and_no_class_has_a_longer_witness() =>
        Gen.Select(Pattern.Array[1, 4], Text.Array[20]).Sample(
            (patterns, texts) =>
            {
                var partition = new PatternLanguage().Partition(patterns);
                return partition.IsExact && texts.All(text =>
                {
                    var matching = Matching(patterns, text);
                    return partition.Classes.Any(c => c.Matching.Equals(matching) && c.Witness.Length <= text.Length);
                });
            },
            iter: 1000,
            print: t => string.Join(' ', t.Item1.Select(p => p.Text)));

    [Fact]
    public void Every_witness_is_matched_by_the_patterns_of_its_class() =>
        Pattern.Array[1, 5].Sample(
            patterns =>
            {
                var classes = new PatternLanguage().Partition(patterns).Classes;
                return classes.Distinct().Count() == classes.Count && classes.All(c => c.Matching.Equals(Matching(patterns, c.Witness)));
            },
            iter: 1000,
            print: patterns => string.Join(' ', patterns.Select(p => p.Text)));

    [Theory]
    [InlineData("^(a|b)*a(a|b){18}$")]
    [InlineData("^.*a.{200}b.*$")]
    [InlineData("😀")]
    [InlineData("^😀|a$")]
    public void What_is_too_much_is_said_and_what_is_found_is_true(string expression)
    {
        LabelPattern[] patterns = [Compile(expression), Compile("ab*"), Compile("abba")];

        var partition = new PatternLanguage().Partition(patterns);

        partition.IsExact.ShouldBeFalse();
        partition.Classes.ShouldContain(c => c.Witness == "abba");
        partition.Classes.ShouldAllBe(c => c.Matching.Equals(Matching(patterns, c.Witness)));
    }

    [Fact]
    public void Deeply_nested_groups_do_no_harm()
    {
        var pattern = Compile($"^{new string('(', 250)}a{new string(')', 250)}$");

        new PatternLanguage().Partition([pattern]).IsExact.ShouldBeFalse();
    }

    [Fact]
    public void Thousands_of_literals_are_exact()
    {
        var patterns = Enumerable.Range(0, 5000).Select(i => Compile($"team-{i}")).Append(Compile("team-1*")).ToList();

        var partition = new PatternLanguage().Partition(patterns);

        partition.IsExact.ShouldBeTrue();
        partition.Classes.Count.ShouldBe(5002);
    }

    private static EquatableList<string> Matching(IEnumerable<LabelPattern> patterns, string text) =>
        patterns.Where(p => p.IsMatch(text)).Select(p => p.Text).Distinct().Order(StringComparer.Ordinal).ToEquatableList();

    private static LabelPattern Compile(string text) => LabelPattern.Compile(text, out var error) ?? throw new InvalidDataException(error);

    private static string Shown(string text) => text.Length == 0 ? "<>" : text;
}
