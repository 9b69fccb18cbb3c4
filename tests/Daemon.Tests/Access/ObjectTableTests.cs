using Tidegate.Access;
using Tidegate.Kubernetes;
using Tidegate.Resources;

namespace Tidegate.Tests.Access;

/// <summary>Who may do what to which object, as the tables say.</summary>
public sealed class ObjectTableTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Access/objects");

    private static readonly Dictionary<string, ObjectTable> Tables = ObjectTable.Names(Folder).ToDictionary(n => n, n => ObjectTable.Read(Folder, n));

    public static IEnumerable<object[]> Cases() => Tables.Values.SelectMany(t => t.Cases.Select((c, i) => new object[] { t.Name, i, c.ToString() }));

    public static IEnumerable<object[]> Creates() =>
        Cases().Where(c => Tables[(string)c[0]].Cases[(int)c[1]] is { NameInBody: not null } or { GeneratedFrom: not null });

    /// <summary>Requests that mean the same as a question: about one object or a collection at a place where there is one, and not by what is in a body or a header.</summary>
    public static IEnumerable<object[]> Questions() => Cases().Where(c =>
    {
        var question = Tables[(string)c[0]].Cases[(int)c[1]].Question(ScopeOf);
        var request = question.Request;
        var isPlaced = question.Scope == KindScope.Cluster
            ? request.Namespace.Length == 0 || (request.Resource == "namespaces" && request.Namespace == request.Name)
            : request.Namespace.Length > 0 || request.Name.Length == 0;
        return isPlaced && request is { IsApply: false, IsUpgrade: false } && request.Verb != "create"
            && (request.Name.Length > 0 || request.Verb is "list" or "watch" or "deletecollection");
    });

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
        decision.Explanation.EndsWith(", for the objects that the rules cover", StringComparison.Ordinal).ShouldBe(expected.Outcome == "some", what);
        foreach (var (isShown, ns, name) in expected.Shows)
        {
            ((AccessAllowed)decision).Filter.ShouldNotBeNull().Shows(ns, name).ShouldBe(isShown, $"{what}: {ns}/{name}; {expected.Why}");
        }
    }

    /// <summary>A collection of which a part is shown is deleted, and watched on, object by object.</summary>
    [Fact]
    public void Each_object_of_a_part_is_decided_as_the_filter_shows_it()
    {
        foreach (var table in Tables.Values)
        {
            foreach (var one in table.Cases.Where(c => c.Outcome == "some"))
            {
                // What may not be deleted one by one is kept from a deletion of many by the filter alone.
                foreach (var (isShown, ns, name) in one.Shows.Where(s => s.IsShown || one.Method != "DELETE"))
                {
                    var decision = table.Policy().DecideMember(one.Question(ScopeOf), ns, name, DateTimeOffset.UnixEpoch);

                    Outcome(decision).ShouldBe(isShown ? "allowed" : "denied", $"{one}: {ns}/{name}");
                }
            }
        }
    }

    [Fact]
    public void No_object_of_a_cluster_that_is_gone_or_closed_is_allowed()
    {
        var table = Tables["collections.objects"];
        var question = table.Cases.First(c => c.Outcome == "some").Question(ScopeOf);

        table.Policy().DecideMember(question with { Labels = null }, "dev", "web", DateTimeOffset.UnixEpoch).ShouldBeOfType<AccessDenied>();
        table.Policy().Review(question with { Labels = null }, DateTimeOffset.UnixEpoch).ShouldBeOfType<AccessDenied>();
        table.Policy().DecideMember(question with { Labels = Tidegate.Labels.LabelSet.From([new("env", "prod")]) }, "dev", "web", DateTimeOffset.UnixEpoch).ShouldBeOfType<AccessDenied>();
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

    /// <summary>
    /// <c>kubectl auth can-i</c> says what would come of it. With a question about a kind of the whole cluster it sends whatever namespace is the current one; about an
    /// object in no namespace, where there should be one, it asks about all of them.
    /// </summary>
    [Theory]
    [MemberData(nameof(Questions))]
    public void A_question_is_answered_as_the_request_is_decided(string table, int number, string what)
    {
        var expected = Tables[table].Cases[number];
        var question = expected.Question(ScopeOf);
        var current = question.Scope == KindScope.Cluster ? question with { Request = question.Request with { Namespace = "current" } } : question;
        var answer = Tables[table].Policy().Review(current, DateTimeOffset.UnixEpoch);

        (answer is AccessAllowed).ShouldBe(expected.Outcome != "denied", $"{what}: {answer.Explanation}");
    }

    /// <summary>The gate reads a body only where the rules ask for its name.</summary>
    [Theory]
    [MemberData(nameof(Creates))]
    public void A_create_whose_name_is_not_asked_for_is_decided_without_it(string table, int number, string what)
    {
        var question = Tables[table].Cases[number].Question(ScopeOf);
        var unread = question with { Request = question.Request with { Body = null } };
        var access = Tables[table].Policy().AccessOn(question.Identity, ObjectTable.Cluster, ObjectTable.Labels, DateTimeOffset.UnixEpoch).ShouldNotBeNull(what);
        var isAsked = access.Rules.DependOnName(RequestActions.Of(unread.Request, question.Scope)[0]);

        var decision = Tables[table].Policy().Decide(unread, DateTimeOffset.UnixEpoch);

        (isAsked || Outcome(decision) == Tables[table].Cases[number].Outcome).ShouldBeTrue($"{what}: {decision.Explanation}");
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
