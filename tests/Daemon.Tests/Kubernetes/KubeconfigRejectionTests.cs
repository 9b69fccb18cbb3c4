using System.Text;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class KubeconfigRejectionTests
{
    private const string Table = "Kubernetes/rejected.cases";

    public static TheoryData<string> Cases => CaseFile.Names(Table);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_kubeconfig_from_git_that_is_unsafe_or_wrong_is_refused_with_its_reason(string name)
    {
        var row = CaseFile.Get(Table, name);

        var result = KubeconfigReader.FromGit(Encoding.UTF8.GetBytes(SampleKubeconfig.Fill(row.Input)), allowInsecureSkipTlsVerify: false);

        var found = result.Problems.Select(p => p.ToString()[1..]).ToList();
        found.ShouldBe(row.Expected);
        row.Expected.ShouldNotBeEmpty();
        result.Credential.ShouldBeNull();
        string.Concat(found).ShouldNotContain("secret");
    }

    [Fact]
    public void What_is_no_UTF_8_is_told_with_its_place()
    {
        var problem = KubeconfigReader.FromGit(new byte[] { (byte)'a', (byte)':', (byte)' ', 0xFF }, false).Problems.ShouldHaveSingleItem();

        (problem.Line, problem.Message).ShouldBe((1, "the file is not UTF-8: save it with that encoding"));
    }
}
