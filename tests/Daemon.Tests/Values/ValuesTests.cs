using CsCheck;
using Tidegate.Values;

namespace Tidegate.Tests.Values;

public sealed class ValuesTests
{
    private static readonly Gen<string> Word = Gen.OneOf("", "a", "b", "A", "\u00e4");

    [Fact]
    public void Lists_compare_by_their_elements_in_order() =>
        Gen.Select(Word.Array[0, 4], Word.Array[0, 4]).Sample((one, two) =>
        {
            var (a, b) = (one.ToEquatableList(), two.ToEquatableList());
            var same = one.SequenceEqual(two);
            return a.Equals(b) == same && a.Equals((object)b) == same && (!same || a.GetHashCode() == b.GetHashCode()) && a.Count == one.Length && a.SequenceEqual(one);
        });

    [Fact]
    public void A_list_does_not_see_what_happens_to_its_source()
    {
        var source = new List<string> { "a" };
        var list = source.ToEquatableList();
        source[0] = "b";

        list.ShouldBe(["a"]);
        list[0].ShouldBe("a");
    }

    [Fact]
    public void Maps_compare_by_content_in_any_order() =>
        Gen.Select(Gen.Dictionary(Word, Word)[0, 4], Gen.Dictionary(Word, Word)[0, 4]).Sample((one, two) =>
        {
            var (a, b) = (EquatableMap<string>.From(one), EquatableMap<string>.From(two));
            var same = one.Count == two.Count && one.All(e => two.TryGetValue(e.Key, out var value) && value == e.Value);
            var again = EquatableMap<string>.From(one.Reverse());
            return a.Equals(b) == same && a.Equals(again) && a.GetHashCode() == again.GetHashCode() && a.Keys.SequenceEqual(one.Keys.Order(StringComparer.Ordinal));
        });

    [Fact]
    public void A_map_refuses_a_key_that_occurs_twice() =>
        Should.Throw<ArgumentException>(() => EquatableMap<int>.From([new("a", 1), new("a", 2)]));

    [Fact]
    public void Maps_of_lists_compare_by_content()
    {
        var one = EquatableMap<EquatableList<string>>.From([new("k", ["a", "b"])]);

        one.ShouldBe(EquatableMap<EquatableList<string>>.From([new("k", ["a", "b"])]));
        one.Equals(EquatableMap<EquatableList<string>>.From([new("k", ["b", "a"])])).ShouldBeFalse();
        one.Equals(EquatableMap<EquatableList<string>>.From([new("K", ["a", "b"])])).ShouldBeFalse();
    }

    [Fact]
    public void An_origin_is_no_part_of_a_value()
    {
        new Origin("a.yaml", 1, "x").ShouldBe(new Origin("b.yaml", 2, "y"));
        new Origin("a.yaml", 3, "").Rule.ShouldBe("a.yaml:3");
        new Origin("a.yaml", 0, "").Rule.ShouldBe("a.yaml");
    }

    [Theory]
    [InlineData(0, 0, "", "f.yaml: wrong")]
    [InlineData(3, 0, "", "f.yaml:3: wrong")]
    [InlineData(3, 5, "", "f.yaml:3:5: wrong")]
    [InlineData(0, 5, "spec", "f.yaml: spec: wrong")]
    [InlineData(3, 5, "spec.roles", "f.yaml:3:5: spec.roles: wrong")]
    public void A_problem_prints_as_compilers_do(int line, int column, string field, string expected) =>
        new Problem("f.yaml", line, column, field, "wrong").ToString().ShouldBe(expected);

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567", "0123456789ab")]
    [InlineData("0123", "0123")]
    public void A_revision_prints_short(string id, string expected) =>
        new Revision(id, "A <a@example.com>", DateTimeOffset.UnixEpoch, "subject").ToString().ShouldBe(expected);
}
