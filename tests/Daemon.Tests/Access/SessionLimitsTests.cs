using System.Globalization;
using Tidegate.Access;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Tests.Access;

public sealed class SessionLimitsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IEnumerable<object[]> Cases() => CaseTable.Read("Access/session-limits.tsv", 5).Select(c => new object[] { c });

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_strictest_role_holds_and_is_named(string[] cells)
    {
        var limits = SessionLimits.StrictestOf([.. cells[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Role)]);

        Text(limits.MaxSessionTtl, GoDuration.ToString).ShouldBe(cells[1]);
        Text(limits.ClientIdleTimeout, GoDuration.ToString).ShouldBe(cells[2]);
        Text(limits.DisconnectExpiredCert, v => v ? "yes" : "no").ShouldBe(cells[3]);
        Text(limits.MaxKubernetesConnections, v => v.ToString(CultureInfo.InvariantCulture)).ShouldBe(cells[4]);
        ReferenceEquals(limits, SessionLimits.None).ShouldBe(cells[1..].All(c => c == "-"));
    }

    [Fact]
    public void A_decision_carries_the_limits_of_every_role_that_is_in_force_also_of_those_that_do_not_match_the_cluster()
    {
        var policy = new AccessPolicy(
            new Dictionary<string, Role>
            {
                ["a"] = Role("a:2h:-:-:-") with { Allow = AllowAll },
                ["b"] = Role("b:1h:-:-:-"),
                ["c"] = Role("c:1m:-:-:-") with { Expires = Now },
            },
            new Dictionary<string, User> { ["alice"] = new("alice", ["a", "b", "c"], EquatableMap<EquatableList<string>>.Empty, At("u")) },
            [],
            [],
            []);
        var world = new AccessWorld { Clusters = { ["c1"] = [] } };

        var allowed = policy.Decide(world.Question("alice", "c1", "-"), Now).ShouldBeOfType<AccessAllowed>();
        allowed.Limits.MaxSessionTtl.ShouldBe(new(TimeSpan.FromHours(1), "b", At("b")));

        policy = new(new Dictionary<string, Role> { ["a"] = Role("a:-:-:-:-") with { Allow = AllowAll } }, OnlyA, [], [], []);
        policy.Decide(world.Question("alice", "c1", "-"), Now).ShouldBeOfType<AccessAllowed>().Limits.ShouldBeSameAs(SessionLimits.None);
    }

    private static Dictionary<string, User> OnlyA => new() { ["alice"] = new("alice", ["a"], EquatableMap<EquatableList<string>>.Empty, At("u")) };

    private static RoleConditions AllowAll =>
        new(EquatableMap<EquatableList<string>>.From([KeyValuePair.Create("*", EquatableList.Create<string>(["*"]))]), ["g"], [], At("a"))
        {
            KubernetesResources = KubernetesResource.DefaultsOf(7, At("a")),
        };

    private static Role Role(string text)
    {
        var parts = text.Split(':');
        var nothing = new RoleConditions(EquatableMap<EquatableList<string>>.Empty, [], [], At(parts[0]));
        return new(parts[0], 7, nothing, nothing, At(parts[0]))
        {
            Options = new()
            {
                MaxSessionTtl = Time(parts[1]),
                ClientIdleTimeout = Time(parts[2]),
                DisconnectExpiredCert = parts[3] == "yes",
                MaxKubernetesConnections = parts[4] == "-" ? 0 : int.Parse(parts[4], CultureInfo.InvariantCulture),
            },
        };
    }

    private static TimeSpan? Time(string text)
    {
        if (text == "-")
        {
            return null;
        }

        GoDuration.TryParse(text, out var value, out var error).ShouldBeTrue(error);
        return value;
    }

    private static string Text<T>(RoleLimit<T>? limit, Func<T, string> write)
        where T : struct => limit is { } one ? $"{write(one.Value)}@{one.Role}" : "-";

    private static Origin At(string name) => new($"{name}.yaml", 1, "");
}
