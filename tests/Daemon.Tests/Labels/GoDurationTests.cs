using System.Globalization;
using Tidegate.Labels;

namespace Tidegate.Tests.Labels;

public sealed class GoDurationTests
{
    public static TheoryData<string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Labels", "durations.tsv")))
        {
            if (!line.StartsWith('#'))
            {
                var cells = line.Split('\t');
                data.Add(cells[0], cells[1], cells[2]);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Parses_as_Go_does(string text, string expected, string printed)
    {
        var parsed = GoDuration.TryParse(text, out var value, out var error);

        (parsed ? value.Ticks.ToString(CultureInfo.InvariantCulture) : error).ShouldBe(expected);
        if (parsed)
        {
            GoDuration.ToString(value).ShouldBe(printed);
        }
    }

    [Fact]
    public void The_table_holds_enough_cases() => Cases().Count.ShouldBeGreaterThanOrEqualTo(30);
}
