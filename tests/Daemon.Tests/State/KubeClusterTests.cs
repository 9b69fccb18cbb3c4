using Tidegate.State;

namespace Tidegate.Tests.State;

public sealed class KubeClusterTests
{
    public static IEnumerable<object[]> Names() => CaseTable.Read("State/cluster-names.tsv", 2);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_can_stand_in_the_path_of_a_URL(string name, string isValid) => KubeCluster.IsValidName(name).ShouldBe(isValid == "yes");
}
