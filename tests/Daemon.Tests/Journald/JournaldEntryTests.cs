using System.Text;
using Serilog.Sinks.Journald;

namespace Tidegate.Tests.Journald;

public sealed class JournaldEntryTests
{
    [Fact]
    public void A_plain_value_stands_behind_an_equals_sign() =>
        Encoding.UTF8.GetString(new JournaldEntry().Add("MESSAGE", "käse=gut").Add("PRIORITY", "6").Bytes).ShouldBe("MESSAGE=käse=gut\nPRIORITY=6\n");

    [Fact]
    public void A_value_with_line_breaks_stands_behind_its_length() =>
        new JournaldEntry().Add("MESSAGE", "a\nPRIORITY=0\nü").Bytes.ToArray()
            .ShouldBe([.. "MESSAGE\n"u8, 15, 0, 0, 0, 0, 0, 0, 0, .. "a\nPRIORITY=0\nü"u8, (byte)'\n']);

    [Theory]
    [InlineData("")]
    [InlineData("_PID")]
    [InlineData("1ST")]
    [InlineData("lower")]
    [InlineData("WITH SPACE")]
    [InlineData("A=B")]
    [InlineData("A\nB")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM")]
    public void A_name_that_the_journal_drops_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => new JournaldEntry().Add(name, "value"));

    [Theory]
    [InlineData("Cluster", "TIDEGATE_CLUSTER")]
    [InlineData("SourceContext", "TIDEGATE_SOURCE_CONTEXT")]
    [InlineData("DurationMs", "TIDEGATE_DURATION_MS")]
    [InlineData("HTTPStatus", "TIDEGATE_HTTP_STATUS")]
    [InlineData("Sha256Sum", "TIDEGATE_SHA256_SUM")]
    [InlineData("already_snake", "TIDEGATE_ALREADY_SNAKE")]
    [InlineData("_private", "TIDEGATE__PRIVATE")]
    [InlineData("a b\nc=d", "TIDEGATE_A_B_C_D")]
    [InlineData("käse", "TIDEGATE_K_SE")]
    [InlineData("Abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnop", "TIDEGATE_ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABC")]
    public void A_property_becomes_a_field_that_the_journal_takes(string property, string expected)
    {
        var name = JournaldFieldName.ForProperty("TIDEGATE_", property);

        name.ShouldBe(expected);
        JournaldFieldName.IsValid(name).ShouldBeTrue();
    }
}
