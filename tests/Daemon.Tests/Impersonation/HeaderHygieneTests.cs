using CsCheck;
using Tidegate.Impersonation;

namespace Tidegate.Tests.Impersonation;

public sealed class HeaderHygieneTests
{
    private static readonly Gen<string> Foreign = Gen.Select(
        Gen.OneOf("Impersonate-", "Impersonate", "X-Remote-", "X-Forwarded-", "X-SSL-"), Gen.String[Gen.Char.AlphaNumeric, 0, 8], (prefix, rest) => prefix + rest);

    public static IEnumerable<object[]> Cases() => CaseTable.Read("Impersonation/headers.tsv", 4).Select(c => c[..3]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lets_through_as_the_table_says(string name, string forwarded, string returned)
    {
        (HeaderHygiene.IsForwarded(name) ? "yes" : "no").ShouldBe(forwarded);
        (HeaderHygiene.IsReturned(name) ? "yes" : "no").ShouldBe(returned);
    }

    [Fact]
    public void The_table_holds_enough_cases() => Cases().Count().ShouldBeGreaterThanOrEqualTo(70);

    [Fact]
    public void Nothing_that_says_who_somebody_is_passes_in_any_spelling() =>
        Gen.Select(Foreign, Gen.Bool.Array[24], Gen.Bool).Sample(
            (name, upper, folded) =>
            {
                var spelt = string.Concat(name.Select((c, i) => upper[i % 24] ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c)));
                return !HeaderHygiene.IsForwarded(folded ? spelt.Replace('-', '_') : spelt);
            },
            iter: 2000);
}
