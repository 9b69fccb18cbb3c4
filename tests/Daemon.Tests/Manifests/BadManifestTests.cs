using System.Text;
using Tidegate.Manifests;
using Tidegate.Tests.Kubernetes;

namespace Tidegate.Tests.Manifests;

public sealed class BadManifestTests
{
    private const string Table = "Manifests/bad.cases";

    public static TheoryData<string> Cases => CaseFile.Names(Table);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_problem_names_place_field_and_remedy(string name)
    {
        var row = CaseFile.Get(Table, name);

        var read = ManifestReader.Read("m.yaml", Encoding.UTF8.GetBytes(SampleKubeconfig.Fill(row.Input)), "rev");

        var found = read.Problems.Select(p => p.ToString()["m.yaml:".Length..]).ToList();
        found.ShouldBe(row.Expected);
        row.Expected.ShouldNotBeEmpty();
        var broken = read.Problems.Select(p => p.Resource).ToHashSet();
        read.Resources.Where(r => broken.Contains($"{r.Kind}/{r.Name}")).ShouldAllBe(r => r.Value == null);
    }
}
