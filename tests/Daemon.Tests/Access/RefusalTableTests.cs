using Tidegate.Access;
using Tidegate.State;

namespace Tidegate.Tests.Access;

/// <summary>The words of a refusal, as the table says: the API server's own line first, then why, and how to check.</summary>
public sealed class RefusalTableTests
{
    private static readonly (DesiredState State, IReadOnlyList<(int Line, string[] Cells)> Cases) Table =
        ObjectTable.ReadCases(Path.Combine(AppContext.BaseDirectory, "Access/refusals.cases"), columns: 5);

    public static IEnumerable<object[]> Cases() => Table.Cases.Select(c => new object[] { c.Line, c.Cells });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says_what_the_table_says(int line, string[] cells)
    {
        var what = $"line {line}: {string.Join(' ', cells)}";
        var request = ObjectCase.OfRequest(cells[0], cells[1]);
        var denied = ObjectTable.Policy(Table.State).Decide(request.Question(ObjectTableTests.ScopeOf), DateTimeOffset.UnixEpoch).ShouldBeOfType<AccessDenied>(what);

        denied.Message.Replace("\n", " | ", StringComparison.Ordinal).ShouldBe(cells[2], what);
        denied.Explanation.ShouldBe(cells[3], what);
        denied.Code.ShouldBe(403, what);
    }
}
