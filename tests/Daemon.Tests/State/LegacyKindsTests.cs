using Tidegate.State;

namespace Tidegate.Tests.State;

public sealed class LegacyKindsTests
{
    [Fact]
    public void Roles_before_v8_name_the_kinds_that_the_table_has_and_no_other() =>
        LegacyKinds.All.Select(k => $"{k.Name} {k.Plural} {k.ApiGroup} {(k.IsNamespaced ? "yes" : "no")}")
            .ShouldBe(CaseTable.Read("State/legacy-kinds.tsv", 4).Select(c => string.Join(' ', c)));
}
