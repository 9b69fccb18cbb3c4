using System.Globalization;
using Tidegate.Access;
using Tidegate.Identity;
using Tidegate.Labels;

namespace Tidegate.Tests.Access;

public sealed class AccessPolicyTests
{
    private const string Folder = "Access/decisions";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IEnumerable<object[]> Cases() => Tables().SelectMany(t => Rows(t).Select(cells => new object[] { t, cells }));

    public static IEnumerable<object[]> TableNames() => Tables().Select(t => new object[] { t });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decides_as_the_table_says(string table, string[] cells)
    {
        var world = World(table);

        Text(world.Policy().Decide(world.Question(cells[0], cells[1], cells[2]), Time(cells[3]))).ShouldBe(Expected(world, cells), cells[8]);
    }

    [Theory]
    [MemberData(nameof(TableNames))]
    public void One_policy_answers_the_same_from_its_cache_while_time_passes_and_is_set_back(string table)
    {
        var world = World(table);
        var policy = world.Policy();
        var passing = Rows(table).OrderBy(c => Time(c[3])).ToList();
        foreach (var cells in passing.Concat(Enumerable.Reverse(passing)).Concat(passing))
        {
            var question = world.Question(cells[0], cells[1], cells[2]);

            Text(policy.Decide(question, Time(cells[3]))).ShouldBe(Expected(world, cells), string.Join(' ', cells));
        }
    }

    /// <summary>A listing shows what a request without a choice of its own would not be refused for its cluster.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_listing_agrees_with_the_decision(string table, string[] cells)
    {
        var world = World(table);
        var question = world.Question(cells[0], cells[1], cells[2]);
        if (question.Labels is null)
        {
            return;
        }

        var grant = world.Policy().GrantOn(question.Identity, cells[1], question.Labels, Time(cells[3]));
        var decision = world.Policy().Decide(question with { Impersonation = ImpersonationRequest.None }, Time(cells[3]));

        switch (decision)
        {
            case AccessAllowed allowed:
                grant.ShouldNotBeNull().Users.ShouldBe([allowed.Principal.User]);
                grant.Groups.ShouldBe(allowed.Principal.Groups);
                break;
            case AccessDenied { Message: var message }:
                (grant is not null).ShouldBe(message.StartsWith("please select a user", StringComparison.Ordinal));
                break;
        }
    }

    [Fact]
    public void Every_denial_is_explained_and_an_allowance_names_its_rule()
    {
        foreach (var row in Cases())
        {
            var world = World((string)row[0]);
            var cells = (string[])row[1];
            var decision = world.Policy().Decide(world.Question(cells[0], cells[1], cells[2]), Time(cells[3]));

            decision.Explanation.ShouldNotBeNullOrWhiteSpace();
            if (decision is AccessAllowed)
            {
                decision.Rule.ShouldNotBeNull().File.ShouldBe($"roles/{decision.Role}.yaml");
            }
        }
    }

    [Fact]
    public void The_tables_hold_enough_cases() => Cases().Count().ShouldBeGreaterThanOrEqualTo(130);

    [Fact]
    public void A_changed_label_is_seen_at_once()
    {
        var world = AccessWorld.Parse("""{"roles":{"dev":{"allow":{"labels":{"env":["dev"]},"groups":["g"]}}},"users":{"alice":{"roles":["dev"]}}}""");
        var policy = world.Policy();
        var question = world.Question("alice", "c", "-");

        policy.Decide(question with { Labels = LabelSet.From([new("env", "dev")]) }, Now).ShouldBeOfType<AccessAllowed>();
        policy.Decide(question with { Labels = LabelSet.From([new("env", "prod")]) }, Now).ShouldBeOfType<AccessDenied>();
    }

    [Fact]
    public void What_a_persons_roles_come_to_on_a_cluster_is_worked_out_once_for_each_certificate_and_cluster()
    {
        var (policy, alice, labels) = OneRole();
        var known = policy.AccessOn(alice, "c", labels, Now).ShouldNotBeNull();

        policy.AccessOn(alice, "c", labels, Now.AddDays(1)).ShouldBeSameAs(known);
        policy.AccessOn(alice with { Fingerprint = "other" }, "c", labels, Now).ShouldNotBeSameAs(known);
        policy.AccessOn(alice, "d", labels, Now).ShouldNotBeSameAs(known);
        policy.AccessOn(alice, "c", labels, Now).ShouldBeSameAs(known);
    }

    /// <summary>Whoever holds an authority's key can make certificates without end; each is a person of its own to what is kept.</summary>
    [Fact]
    public void What_is_kept_is_bounded()
    {
        var (policy, alice, labels) = OneRole();
        var known = policy.AccessOn(alice, "c", labels, Now);
        for (var i = 1; i < 50_000; i++)
        {
            policy.AccessOn(alice with { Fingerprint = $"thrown-away-{i}" }, "c", labels, Now).ShouldNotBeNull();
        }

        policy.AccessOn(alice, "c", labels, Now).ShouldBeSameAs(known);
        policy.AccessOn(alice with { Fingerprint = "one too many" }, "c", labels, Now).ShouldNotBeNull();
        policy.AccessOn(alice, "c", labels, Now).ShouldNotBeSameAs(known);
    }

    private static (AccessPolicy Policy, ClientIdentity Alice, LabelSet Labels) OneRole()
    {
        var world = AccessWorld.Parse("""{"roles":{"dev":{"allow":{"labels":{"env":["dev"]},"groups":["g"]}}},"users":{"alice":{"roles":["dev"]}}}""");
        return (world.Policy(), AccessWorld.Identity("alice"), LabelSet.From([new("env", "dev")]));
    }

    private static IEnumerable<string> Tables() =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, Folder), "*.tsv").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    private static string[] Lines(string table) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, Folder, table));

    private static AccessWorld World(string table) => AccessWorld.Parse(string.Join('\n', Lines(table).TakeWhile(l => l != "---")));

    private static IEnumerable<string[]> Rows(string table)
    {
        var lines = Lines(table);
        var start = Array.IndexOf(lines, "---") + 1;
        return CaseTable.Parse(lines.Skip(start), $"{Folder}/{table}", start + 1, 9);
    }

    private static DateTimeOffset Time(string cell) =>
        cell == "-" ? Now : DateTimeOffset.Parse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Text(AccessDecision decision) => decision switch
    {
        AccessAllowed { Principal: var principal } => $"allowed as {principal.User} in {string.Join(" + ", principal.Groups)} by {decision.Role}",
        AccessDenied denied => $"denied {denied.Code} by {denied.Role ?? "-"}: {denied.Message}",
        _ => throw new InvalidOperationException(decision.GetType().Name),
    };

    private static string Expected(AccessWorld world, string[] cells) => cells[4] switch
    {
        "allowed" => $"allowed as {cells[5]} in {(cells[6] == "-" ? "" : cells[6])} by {cells[7]}",
        "denied" => $"denied {cells[5]} by {cells[7]}: {Message(world, cells[6], cells[1])}",
        _ => throw new InvalidDataException($"'{cells[4]}' is neither allowed nor denied"),
    };

    /// <summary><c>$hidden</c> is the text for a cluster that is not there or may not be known.</summary>
    private static string Message(AccessWorld world, string cell, string cluster) => cell switch
    {
        "$hidden" => $"kubernetes cluster \"{cluster}\" not found",
        ['$', .. var key] => world.Texts[key],
        _ => cell,
    };
}
