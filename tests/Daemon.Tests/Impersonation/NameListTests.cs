using System.Buffers;
using Microsoft.Extensions.Primitives;
using Tidegate.Impersonation;

namespace Tidegate.Tests.Impersonation;

public sealed class NameListTests
{
    private static readonly SearchValues<char> Token = SearchValues.Create(NameList.Token);

    [Theory]
    [InlineData("a", "a")]
    [InlineData(" a ,,b, ", "a|b")]
    [InlineData("\ta\t,\tb", "a|b")]
    [InlineData("a|b, c", "a|b|c")]
    [InlineData("", "")]
    [InlineData(",", "")]
    [InlineData("!#$%&'*+-.^_`~09AZaz", "!#$%&'*+-.^_`~09AZaz")]
    public void Names_are_read_from_all_lines(string lines, string expected)
    {
        NameList.TryRead(new StringValues(lines.Split('|')), Token, out var names).ShouldBeTrue();

        string.Join('|', names!).ShouldBe(expected);
    }

    [Fact]
    public void Every_other_character_in_a_name_is_refused()
    {
        for (var c = '\0'; c <= '\u0100'; c++)
        {
            var isName = char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~, \t".Contains(c, StringComparison.Ordinal);

            NameList.TryRead($"a{c}", Token, out _).ShouldBe(isName, $"U+{(int)c:X4} after a name");
            NameList.TryRead($"{c}a", Token, out _).ShouldBe(isName, $"U+{(int)c:X4} before a name");
        }

        NameList.TryRead("a b", Token, out _).ShouldBeFalse();
    }
}
