using Tidegate.Access;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Access;

/// <summary>Who may do what to which object, as the tables say.</summary>
public sealed class ObjectTableTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Access/objects");

    private static readonly Dictionary<string, ObjectTable> Tables = ObjectTable.Names(Folder).ToDictionary(n => n, n => ObjectTable.Read(Folder, n));

    public static IEnumerable<object[]> Cases() => Tables.Values.SelectMany(t => t.Cases.Select((c, i) => new object[] { t.Name, i, c.ToString() }));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decides_as_the_table_says(string table, int number, string what)
    {
        var expected = Tables[table].Cases[number];
        var decision = Tables[table].Policy().Decide(expected.Question(ScopeOf), DateTimeOffset.UnixEpoch);

        Outcome(decision).ShouldBe(expected.Outcome, $"{what}: {expected.Why}; {decision.Explanation}");
        Rule(decision).ShouldBe(expected.Rule, what);
        Groups(decision).ShouldBe(expected.Groups, what);
        decision.Explanation.ShouldNotBeNullOrWhiteSpace();
        foreach (var (isShown, ns, name) in expected.Shows)
        {
            ((AccessAllowed)decision).Filter.ShouldNotBeNull().Shows(ns, name).ShouldBe(isShown, $"{what}: {ns}/{name}; {expected.Why}");
        }
    }

    [Fact]
    public void A_part_of_a_collection_names_what_is_shown_and_what_is_not()
    {
        foreach (var one in Tables.Values.SelectMany(t => t.Cases).Where(c => c.Outcome == "some"))
        {
            one.Shows.ShouldContain(s => s.IsShown, one.ToString());
            one.Shows.ShouldContain(s => !s.IsShown, one.ToString());
        }
    }

    [Fact]
    public void The_tables_hold_enough_cases() => Cases().Count().ShouldBeGreaterThanOrEqualTo(1000);

    /// <summary>The kinds of every cluster, and those that somebody has added to this one.</summary>
    internal static KindScope ScopeOf(string group, string kind) => (group, kind) switch
    {
        ("example.com", "widgets") => KindScope.Namespaced,
        ("example.com", "gadgets") => KindScope.Cluster,
        _ => BuiltInKinds.ScopeOf(group, kind),
    };

    private static string Outcome(AccessDecision decision) => decision switch
    {
        AccessAllowed { Filter: null } => "allowed",
        AccessAllowed => "some",
        _ => "denied",
    };

    /// <summary>The table's name is that of the file which all manifests are read from.</summary>
    private static string Rule(AccessDecision decision) => decision.Rule is { } rule ? $"{decision.Role}:{rule.Line}" : "-";

    private static string Groups(AccessDecision decision) => decision is AccessAllowed { Principal.Groups: var groups } ? string.Join('+', groups) : "";
}
