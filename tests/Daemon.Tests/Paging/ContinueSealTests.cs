using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tidegate.Paging;

namespace Tidegate.Tests.Paging;

public sealed class ContinueSealTests
{
    private static readonly ContinueScope Scope = new("alice", "prod", "/api/v1/namespaces/dev/secrets", "app=web", "type=Opaque");

    private static readonly byte[] Key = Filled(1);

    /// <summary>As long as a block has room for, longer than one, and the longest.</summary>
    public static TheoryData<string> LongTokens => [new('x', 1020), new('x', 1021), new('x', 5000), new('x', 65536)];

    [Theory]
    [InlineData("")]
    [InlineData("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJ3ZWItMVx1MDAwMCJ9")]
    [InlineData("any \u00e9 text, of an API of its own")]
    [MemberData(nameof(LongTokens))]
    public void What_was_sealed_opens_in_the_same_list(string token)
    {
        var seal = new ContinueSeal([Key], RandomNumberGenerator.Fill);

        seal.Open(seal.Seal(token, Scope), Scope).ShouldBe(token);
    }

    [Fact]
    public void What_leaves_tells_neither_the_token_nor_its_length_nor_that_two_are_one()
    {
        var seal = new ContinueSeal([Key], RandomNumberGenerator.Fill);
        var tokens = new[] { 0, 1, 100, 500, 1020 }.Select(n => seal.Seal(new string('x', n), Scope)).ToList();

        tokens.Select(t => t.Length).Distinct().ShouldHaveSingleItem();
        tokens.ShouldAllBe(t => t.StartsWith(ContinueSeal.Prefix, StringComparison.Ordinal) && Uri.EscapeDataString(t) == t);
        Encoding.Latin1.GetString(Base64Url.DecodeFromChars(tokens[3].AsSpan(ContinueSeal.Prefix.Length))).ShouldNotContain("xxx");
        seal.Seal("same", Scope).ShouldNotBe(seal.Seal("same", Scope));
        seal.Seal(new string('x', 1021), Scope).Length.ShouldBeGreaterThan(tokens[0].Length, "longer than any of Kubernetes");
    }

    [Fact]
    public void It_opens_for_no_other_person_cluster_path_or_selector()
    {
        var seal = new ContinueSeal([Key], RandomNumberGenerator.Fill);
        var token = seal.Seal("next", Scope);
        ContinueScope[] others =
        [
            Scope with { Person = "bob" }, Scope with { Person = "Alice" }, Scope with { Cluster = "dev" }, Scope with { Path = "/api/v1/secrets" }, Scope with { Path = Scope.Path + "/" },
            Scope with { LabelSelector = "" }, Scope with { FieldSelector = "" }, Scope with { LabelSelector = Scope.FieldSelector, FieldSelector = Scope.LabelSelector },
            Scope with { Person = "alic", Cluster = "eprod" }, Scope with { LabelSelector = "app=webtype=Opaque", FieldSelector = "" },
        ];
        var zeros = Scope with { LabelSelector = "a\0\0\0\0b", FieldSelector = "c" };
        seal.Open(seal.Seal("next", zeros), Scope with { LabelSelector = "a", FieldSelector = "b\0\0\0\0c" }).ShouldBeNull();

        others.Select(o => seal.Open(token, o)).ShouldAllBe(t => t == null);
    }

    [Fact]
    public void Whatever_is_changed_in_it_it_does_not_open()
    {
        var seal = new ContinueSeal([Key], RandomNumberGenerator.Fill);
        var token = seal.Seal("next", Scope);
        var bytes = Base64Url.DecodeFromChars(token.AsSpan(ContinueSeal.Prefix.Length));
        foreach (var i in Enumerable.Range(0, bytes.Length))
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            seal.Open(ContinueSeal.Prefix + Base64Url.EncodeToString(changed), Scope).ShouldBeNull($"byte {i}");
        }

        string[] none = ["", "next", ContinueSeal.Prefix, token[..^1], token[..^8], token + "A", token[1..], token.ToUpperInvariant(), token.Replace(ContinueSeal.Prefix, "", StringComparison.Ordinal), ContinueSeal.Prefix + "!", token.Replace("tidegate1.", "tidegate2.", StringComparison.Ordinal), ContinueSeal.Prefix + Base64Url.EncodeToString(bytes[..^1024]), ContinueSeal.Prefix + "AAAA", ContinueSeal.Prefix + new string('A', 200_000)];
        none.Select(t => seal.Open(t, Scope)).ShouldAllBe(t => t == null);
    }

    [Fact]
    public void The_first_key_seals_and_all_of_them_open()
    {
        var (old, young) = (new ContinueSeal([Key], RandomNumberGenerator.Fill), new ContinueSeal([Filled(2), Key], RandomNumberGenerator.Fill));

        young.Open(old.Seal("next", Scope), Scope).ShouldBe("next");
        old.Open(young.Seal("next", Scope), Scope).ShouldBeNull();
        new ContinueSeal([Filled(2)], RandomNumberGenerator.Fill).Open(old.Seal("next", Scope), Scope).ShouldBeNull("the old key is gone");
    }

    [Fact]
    public void A_token_that_would_not_come_back_is_not_sealed() =>
        Should.Throw<InvalidDataException>(() => new ContinueSeal([Key], RandomNumberGenerator.Fill).Seal(new string('x', 65537), Scope)).Message.ShouldContain("too long");

    [Fact]
    public void The_same_random_bytes_give_the_same_token() =>
        new ContinueSeal([Key], b => b.Fill(7)).Seal("next", Scope).ShouldBe(new ContinueSeal([Key], b => b.Fill(7)).Seal("next", Scope));

    private static byte[] Filled(byte with) => [.. Enumerable.Repeat(with, ContinueKeys.KeySize)];
}
