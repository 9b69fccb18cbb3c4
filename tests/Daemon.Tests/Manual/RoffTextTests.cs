using Tidegate.Manual;

namespace Tidegate.Tests.Manual;

public sealed class RoffTextTests
{
    [Theory]
    [InlineData("a `--config` b", @"a \fB\%\-\-config\fR b")]
    [InlineData("read-only", "read-only")]
    [InlineData("give _NAME_ and data_dir", @"give \fINAME\fR and data_dir")]
    [InlineData(".dot", @"\&.dot")]
    [InlineData("'quote'", @"\&'quote'")]
    [InlineData(@"back\slash", @"back\(rsslash")]
    [InlineData("a \"b\" ^c ~d é", @"a \(dqb\(dq \(hac \(tid \[u00E9]")]
    [InlineData("two\nlines", "two lines")]
    [InlineData("an odd ` mark", @"an odd \(ga mark")]
    public void Running_text(string text, string roff) => RoffText.Running(text).ShouldBe(roff);

    [Theory]
    [InlineData("kubectl --as='x'", @"kubectl \-\-as=\(aqx\(aq")]
    [InlineData("`^$`", @"\(ga\(ha$\(ga")]
    public void Literal_text(string text, string roff) => RoffText.Literal(text).ShouldBe(roff);

    [Fact]
    public void No_line_of_a_page_begins_with_a_control_character_of_its_text()
    {
        var roff = new RoffPage(new("x", 5, "a page"), new("1", "")).Section("TEXT").Text(".one\n\n'two " + string.Concat(Enumerable.Repeat("word .word 'word ", 20))).Literal(".three\n'four\n-five").ToString();
        var macros = new[] { ".\\\"", ".TH", ".nh", ".ad", ".SH", ".PP", ".EX", ".EE" };
        roff.Split('\n').Where(l => l.StartsWith('.') || l.StartsWith('\'')).ShouldAllBe(l => macros.Any(m => l.StartsWith(m, StringComparison.Ordinal)));
        roff.ShouldContain("\n\\&.three\n\\&\\(aqfour\n\\-five\n".Replace("\\&\\(aq", "\\(aq", StringComparison.Ordinal));
    }
}
