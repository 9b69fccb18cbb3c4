using CsCheck;
using Tidegate.Labels;

namespace Tidegate.Tests.Labels;

public sealed class LabelPatternTests
{
    private static readonly Gen<string> Glob = Gen.OneOf("*", "a", "b", "ab", ".", "\n", "\\", "[", "$", "^", "+", "(", "ü", "😀").Array[0, 8].Select(string.Concat);

    private static readonly Gen<string> Value = Gen.OneOf("a", "b", "ab", ".", "\n", "\\", "[", "$", "^", "+", "(", "ü", "😀", "*").Array[0, 8].Select(string.Concat);

    private static readonly Gen<string> Expression = Gen.OneOf(
        Gen.OneOf(
            "a", "b", ".", "*", "+", "?", "|", "(", ")", "(?:", "(?i", "(?s)", "(?P<n>", "(?=", "(?<", ">", "[", "]", "[^", "-", "[:alpha:]", "[:", ":]", "{2}", "{1001}", "{", "}", ",", "\\d", "\\W", "\\p",
            "\\p{L}", "\\pZ", "\\Q", "\\E", "\\x", "\\x{41}", "\\1", "\\b", "\\", "^", "$", "\n", "ü", "😀", "\uD83D"),
        Gen.Char.Select(c => c.ToString())).Array[0, 10].Select(p => $"^{string.Concat(p)}$");

    // A part of RE2 that means the same in .NET when it is written as it is, and is safe to run.
    private static readonly Gen<string> Shared = Gen.OneOf("a", "b", "c", "[ab]", "[^a]", "(a|b)", "(?:ab)", "a*", "b+", "c?", "[a-c]{2}", "\\.", "(?i:A)").Array[0, 6].Select(p => $"^{string.Concat(p)}$");

    private static readonly Gen<string> Simple = Gen.OneOf("a", "b", "c", "A", ".").Array[0, 6].Select(string.Concat);

    [Fact]
    public void A_glob_matches_as_a_naive_matcher_does() =>
        Gen.Select(Glob.Where(g => !(g.Length > 1 && g[0] == '^' && g[^1] == '$')), Value).Sample(
            (glob, value) => LabelPattern.Compile(glob, out _)!.IsMatch(value) == Matches(glob, value), iter: 3000);

    [Fact]
    public void A_text_without_star_matches_itself_only() =>
        Gen.Select(Value.Where(v => !v.Contains('*', StringComparison.Ordinal)), Value).Sample(
            (text, value) => text is ['^', .., '$'] || LabelPattern.Compile(text, out _)!.IsMatch(value) == (text == value), iter: 2000);

    [Fact]
    public void Never_throws_and_says_why_when_it_refuses() =>
        Gen.Select(Expression, Value).Sample(
            (expression, value) =>
            {
                var pattern = LabelPattern.Compile(expression, out var error);
                pattern?.IsMatch(value);
                return pattern is null == (error?.Contains("is not a valid RE2 expression: ", StringComparison.Ordinal) == true);
            },
            iter: 3000);

    /// <summary>What the translation accepts never needs .NET's own error, whose text speaks of the translated expression.</summary>
    [Fact]
    public void The_translation_finds_every_mistake_itself() =>
        Expression.Sample(expression => LabelPattern.Compile(expression, out var error) is not null || !error!.Contains("Invalid pattern", StringComparison.Ordinal), iter: 3000);

    [Fact]
    public void Common_expressions_match_as_in_NET() =>
        Gen.Select(Shared, Simple).Sample(
            (expression, value) => LabelPattern.Compile(expression, out _)!.IsMatch(value) == System.Text.RegularExpressions.Regex.IsMatch(value, expression), iter: 1000);

    [Fact]
    public void A_hostile_expression_takes_linear_time()
    {
        var pattern = LabelPattern.Compile("^(a|aa|a*)*b$", out _).ShouldNotBeNull();

        pattern.IsMatch(new string('a', 50_000)).ShouldBeFalse();
        pattern.IsMatch(new string('a', 50_000) + "b").ShouldBeTrue();
    }

    [Fact]
    public void Deeply_nested_groups_do_no_harm()
    {
        var expression = $"^{new string('(', 20_000)}a{new string(')', 20_000)}$";

        (LabelPattern.Compile(expression, out var error)?.IsMatch("a") ?? error is not null).ShouldBeTrue();
    }

    /// <summary>Tries every length of every star.</summary>
    private static bool Matches(ReadOnlySpan<char> glob, ReadOnlySpan<char> value)
    {
        if (glob.IsEmpty)
        {
            return value.IsEmpty;
        }

        if (glob[0] != '*')
        {
            return !value.IsEmpty && value[0] == glob[0] && Matches(glob[1..], value[1..]);
        }

        return Matches(glob[1..], value) || (!value.IsEmpty && value[0] != '\n' && Matches(glob, value[1..]));
    }
}
