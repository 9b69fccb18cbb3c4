using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class SystemPrincipalsTests
{
    public static TheoryData<string, string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string, string>();
            foreach (var cells in CaseTable.Read("Kubernetes/system-principals.tsv", 5))
            {
                rows.Add(cells[0], cells[1], cells[2], cells[3]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void An_entry_is_for_a_user_or_for_a_group(string entries, string noun, string name, string expected)
    {
        var principals = SystemPrincipals.Of(entries.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var objection = noun == "user" ? principals.UserObjection(name) : principals.GroupObjection(name);

        (objection is null ? "yes" : "no").ShouldBe(expected);
        objection?.ShouldContain($"\"{noun}:{name}\"");
    }
}
