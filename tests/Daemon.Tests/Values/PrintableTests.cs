using System.Text;
using Tidegate.Cli;
using Tidegate.Values;

namespace Tidegate.Tests.Values;

public sealed class PrintableTests
{
    public static TheoryData<string, string> Texts => new()
    {
        { "plain ASCII ~!", "plain ASCII ~!" },
        { "äöü 漢字 🚀 e\u0301", "äöü 漢字 🚀 e\u0301" },
        { "a\u001b[31mred\u001b[0m", "a\\u001b[31mred\\u001b[0m" },
        { "a\nb\r\tc", "a\\u000ab\\u000d\\u0009c" },
        { "\0\u007f\u0085\u009b31m", "\\u0000\\u007f\\u0085\\u009b31m" },
        { "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c", "\\u202a\\u202b\\u202c\\u202d\\u202e\\u2066\\u2067\\u2068\\u2069\\u200e\\u200f\\u061c" },
        { "a\u200bb\u200c\u200d\u2060\ufeff\u00ad", "a\\u200bb\\u200c\\u200d\\u2060\\ufeff\\u00ad" },
        { "a\u2028b\u2029", "a\\u2028b\\u2029" },
        { "\U000e0001tag\U000e0041", "\\U000e0001tag\\U000e0041" },
        { "back\\slash \\u202e", "back\\slash \\u202e" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void What_speaks_to_a_terminal_becomes_an_escape_once(string text, string shown)
    {
        Printable.Line(text).ShouldBe(shown);
        Printable.Line(shown).ShouldBe(shown);
        Printable.Lines(text).ShouldBe(shown.Replace("\\u000a", "\n", StringComparison.Ordinal));
        using var line = new StringWriter { NewLine = "\n" };
        using var lines = new LineWriter(line);
        lines.WriteLine(text);
        lines.Write(text);
        line.ToString().ShouldBe($"{shown}\n{shown}");
    }

    [Fact]
    public void A_half_of_a_pair_is_shown_as_what_it_is() => Printable.Line("\ud800x\udc00").ShouldBe("\\ud800x\\udc00");

    /// <summary>What get prints can be read again, and says nothing to the terminal.</summary>
    [Theory]
    [MemberData(nameof(Texts))]
    public void YAML_stays_YAML_of_the_same_text(string text, string shown)
    {
        shown.ShouldNotBeNull();
        using var to = new StringWriter { NewLine = "\n" };
        Output.PrintYaml(to, [new System.Text.Json.Nodes.JsonObject { ["spec"] = new System.Text.Json.Nodes.JsonObject { [$"k{text}"] = text, ["list"] = new System.Text.Json.Nodes.JsonArray(text) } }]);
        var printed = to.ToString();
        Printable.Lines(printed).ShouldBe(printed);
        var spec = (Dictionary<object, object>)new YamlDotNet.Serialization.Deserializer().Deserialize<Dictionary<object, object>>(printed)["spec"];
        spec[$"k{text}"].ShouldBe(text);
        ((List<object>)spec["list"]).ShouldBe([text]);
    }

    [Theory]
    [InlineData("a.yaml", "a.yaml")]
    [InlineData("caf\u00e9.yaml", "caf\u00e9.yaml")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\u202eb", "a\\u202eb")]
    public void Names_are_shown_as_they_are_but_for_what_is_odd(string name, string shown) => Printable.Name(name).ShouldBe(shown);

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_shown_one_by_one_and_no_two_names_look_alike()
    {
        Printable.Name([.. "caf"u8, 0xe9, .. ".yaml"u8]).ShouldBe("caf\\xe9.yaml");
        Printable.Name([0xff, 0xc3, 0xa9, 0xc3, 0xed, 0xa0, 0x80]).ShouldBe("\\xffé\\xc3\\xed\\xa0\\x80");
        Printable.Name("caf\\xe9.yaml"u8).ShouldBe("caf\\\\xe9.yaml");
    }

    [Fact]
    public void JSON_stays_JSON_of_the_same_text()
    {
        const string Text = "a\u202e\u009b\U000e0001 \ud83d\ude80";
        var json = $"{{\"a\":\"{Text}\"}}";
        var shown = Printable.Json(json);
        shown.ShouldBe("{\"a\":\"a\\u202e\\u009b\\udb40\\udc01 🚀\"}");
        System.Text.Json.Nodes.JsonNode.Parse(shown)!["a"]!.GetValue<string>().ShouldBe(Text);
    }

    [Fact]
    public void No_character_but_a_line_end_reaches_the_terminal_raw()
    {
        for (var value = 0; value <= 0x10ffff; value++)
        {
            if (!Rune.IsValid(value))
            {
                continue;
            }

            var text = new Rune(value).ToString();
            var category = Rune.GetUnicodeCategory(new(value));
            var isUnsafe = category is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
            (Printable.Line(text) == text).ShouldBe(!isUnsafe, $"U+{value:x4}");
        }
    }
}
