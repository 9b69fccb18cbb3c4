using CsCheck;
using Tidegate.Yaml;

namespace Tidegate.Tests.Yaml;

public sealed class YamlTests
{
    public static TheoryData<string, string> Scalars
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Yaml/scalars.tsv")).Skip(1))
            {
                var cells = line.Split('\t');
                rows.Add(cells[0], cells[1]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Scalars))]
    public void Unquoted_scalars_are_taken_for_what_some_reader_may_take_them(string text, string kind) =>
        PlainScalar.Classify(text).ToString().ShouldBe(kind);

    [Fact]
    public void Long_values_come_back_as_they_were_written() =>
        Gen.Select(Gen.String[Gen.Char["ABCabc019+/= ."], 0, 200].List[1, 4], Gen.Int[0, 2]).Sample((values, style) =>
        {
            var quote = style == 0 ? '\'' : '"';
            var lines = style == 2
                ? values.Select((v, i) => $"k{i}: |\n  x{v}x\n")
                : values.Select((v, i) => $"k{i}: {quote}x{v}x{quote}\n");

            var root = Parse(string.Concat(lines));

            root.Entries.Select(e => ((YamlScalar)e.Value).Value.TrimEnd('\n')).ShouldBe(values.Select(v => $"x{v}x"));
        });

    [Fact]
    public void Places_behind_long_values_are_those_of_the_text() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 300]).Sample((first, second) =>
        {
            var text = $"{{a: \"{new string('A', first)}\", b: '{new string('/', second)}', c: end}}\n";

            Parse(text).Entries[2].Value.Place.ShouldBe(new Place(1, text.IndexOf("end", StringComparison.Ordinal) + 1));
        });

    [Fact]
    public void An_escape_at_the_head_of_a_long_value_keeps_its_meaning()
    {
        var tail = new string('A', 200);

        ((YamlScalar)Parse($"a: \"\\x41{tail}\"\n").Entries[0].Value).Value.ShouldBe("A" + tail);
        ((YamlScalar)Parse($"a: \"\\U00000041{tail}\"\n").Entries[0].Value).Value.ShouldBe("A" + tail);
    }

    [Fact]
    public void A_text_with_the_marks_of_long_values_is_read_as_it_is()
    {
        var value = "\ue0000\ue001" + new string('A', 200);

        ((YamlScalar)Parse($"a: \"{value}\"\n").Entries[0].Value).Value.ShouldBe(value);
    }

    [Fact]
    public void A_long_key_is_refused()
    {
        var problems = new DocumentProblems("f");

        NodeParser.Parse(new DocumentText($"{new string('k', 1100)}: 1\n", 1), problems);

        problems.Found.ShouldHaveSingleItem().Message.ShouldBe("a key is longer than 1024 characters");
    }

    [Theory]
    [InlineData("a\n---\nb\n", "1 2")]
    [InlineData("---\na\n---\n\n---\nb", "1 3 5")]
    [InlineData("a: |\n  ---\nb: x---\n", "1")]
    [InlineData("a\n...\nb\n", "1 2")]
    [InlineData("a\n----\n---b\n", "1")]
    [InlineData("\n\n--- a\n", "3")]
    [InlineData("", "")]
    public void Files_are_cut_at_document_markers(string text, string firstLines) =>
        string.Join(" ", DocumentText.Split(text).Select(d => d.FirstLine)).ShouldBe(firstLines);

    [Theory]
    [InlineData("lables", "labels")]
    [InlineData("LABELS", "labels")]
    [InlineData("kube_groups", null)]
    [InlineData("x", null)]
    public void The_nearest_name_is_suggested(string given, string? expected) =>
        Suggestion.For(given, ["name", "labels", "description"]).ShouldBe(expected);

    private static YamlMapping Parse(string text)
    {
        var problems = new DocumentProblems("f");
        var root = NodeParser.Parse(new DocumentText(text, 1), problems);
        problems.Found.ShouldBeEmpty();
        return root.ShouldBeOfType<YamlMapping>();
    }
}
