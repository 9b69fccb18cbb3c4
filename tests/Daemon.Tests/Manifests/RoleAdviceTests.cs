using System.Text;
using Tidegate.Manifests;

namespace Tidegate.Tests.Manifests;

public sealed class RoleAdviceTests
{
    private const string Table = "Manifests/advice.cases";

    public static TheoryData<string> Cases => CaseFile.Names(Table);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_role_that_cannot_do_what_it_seems_to_be_for_is_warned_of_and_no_other(string name)
    {
        var row = CaseFile.Get(Table, name);

        var read = ManifestReader.Read("r", Encoding.UTF8.GetBytes(Role(row.Input)), "rev");

        read.Problems.ShouldAllBe(p => p.IsWarning);
        read.Problems.Select(p => $"{p.Line - Head}:{p.Column}: {p.Field["spec.".Length..]}: {p.Message}").ShouldBe(row.Expected.Where(e => e != "nothing"));
        read.Resources.ShouldHaveSingleItem().Value.ShouldNotBeNull();
        row.Expected.ShouldNotBeEmpty();
    }

    /// <summary>These tables hold roles of every form; what they are warned of was looked at one by one.</summary>
    [Fact]
    public void The_roles_of_the_access_tables_are_warned_of_where_they_deserve_it_only()
    {
        var found = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Access", "objects"), "*.objects").Order(StringComparer.Ordinal)
            .SelectMany(f => Warnings(Path.GetFileName(f), File.ReadAllText(f))).ToList();

        found.ShouldBe(CaseTable.Read("Manifests/advice-of-objects.tsv", 4).Select(c => string.Join('\t', c[..3])));
    }

    [Fact]
    public void The_largest_role_is_judged_in_time()
    {
        var entries = Enumerable.Range(0, 1000).Select(i => $"    - {{kind: pods, namespace: 'team-{i}-*-x', name: '*-{i}', verbs: [exec, watch]}}");
        var denies = Enumerable.Range(0, 30).Select(i => $"    - {{kind: pods, namespace: '^a{i}.*b+$', name: '*', verbs: ['*']}}");
        var text = Role($"  allow:\n    kubernetes_labels: {{'*': '*'}}\n    kubernetes_resources:\n{string.Join('\n', entries)}\n  deny:\n    kubernetes_resources:\n{string.Join('\n', denies)}\n");

        var watch = PromisedTime.Start();
        var read = ManifestReader.Read("r", Encoding.UTF8.GetBytes(text), "rev");

        read.Resources.ShouldHaveSingleItem().Value.ShouldNotBeNull();
        watch.ShouldBeKept(TimeSpan.FromMinutes(1));
    }

    private const int Head = 4;

    /// <param name="spec">From its second line on; a first line <c>v7</c> says another version than 8.</param>
    private static string Role(string spec)
    {
        var isOther = spec.StartsWith('v');
        return $"kind: role\nversion: {(isOther ? spec[..2] : "v8")}\nmetadata: {{name: r}}\nspec:\n{(isOther ? "  options: {}" + spec[2..] : spec)}";
    }

    private static IEnumerable<string> Warnings(string file, string table)
    {
        var manifests = table.Split("\n===", 2)[0];
        return ManifestReader.Read(file, Encoding.UTF8.GetBytes(manifests), "rev").Problems.Where(p => p.IsWarning).Select(p => $"{p.File}:{p.Line}\t{p.Resource}\t{p.Field}");
    }
}
