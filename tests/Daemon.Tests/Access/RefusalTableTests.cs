using Tidegate.Access;
using Tidegate.State;

namespace Tidegate.Tests.Access;

/// <summary>The words of a refusal, as the table says: the API server's own line first, then why, and how to check.</summary>
public sealed class RefusalTableTests
{
    private static readonly (DesiredState State, IReadOnlyList<(string Text, int Number)> Lines) Table =
        ObjectTable.ReadState(Path.Combine(AppContext.BaseDirectory, "Access/refusals.cases"));

    public static IEnumerable<object[]> Cases() => Table.Lines.Where(l => l.Text.Length > 0 && l.Text[0] != '#').Select(l => new object[] { l.Number, l.Text });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says_what_the_table_says(int line, string text)
    {
        var what = $"line {line}: {text}";
        var cells = text.Split('\t');
        cells.Length.ShouldBe(5, what);
        var request = ObjectCase.Parse(string.Join('\t', cells[0], cells[1], "denied", "-", "-", "-", cells[4]), "refusals.cases", line).ShouldNotBeNull();
        var denied = ObjectTable.Policy(Table.State).Decide(request.Question(ObjectTableTests.ScopeOf), DateTimeOffset.UnixEpoch).ShouldBeOfType<AccessDenied>(what);

        denied.Message.Replace("\n", " | ", StringComparison.Ordinal).ShouldBe(cells[2], what);
        denied.Explanation.ShouldBe(cells[3], what);
        denied.Code.ShouldBe(403, what);
    }
}
