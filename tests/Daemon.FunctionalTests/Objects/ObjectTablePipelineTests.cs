using Tidegate.Tests.Access;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>The tables about objects once more, this time through the whole gate to a cluster: what the rules say is what happens.</summary>
public sealed class ObjectTablePipelineTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Access/objects");

    public static TheoryData<string> Tables() => new(ObjectTable.Names(Folder));

    [Fact]
    public void There_are_tables() => ObjectTable.Names(Folder).Count.ShouldBeGreaterThanOrEqualTo(15);

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Every_case_comes_out_as_the_table_says(string name)
    {
        var table = ObjectTable.Read(Folder, name);
        await using var run = await ObjectTableRun.StartAsync(table);
        foreach (var one in table.Cases)
        {
            await run.CarryOutAsync(one);
        }

        await run.CheckRecordsAsync();
        string.Join('\n', run.Problems).ShouldBeEmpty();
        run.Count.ShouldBe(table.Cases.Count);
    }
}
