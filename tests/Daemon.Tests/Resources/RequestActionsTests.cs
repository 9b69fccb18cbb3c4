using Tidegate.Resources;
using Tidegate.Tests.Access;

namespace Tidegate.Tests.Resources;

public sealed class RequestActionsTests
{
    public static IEnumerable<object[]> Cases() => CaseTable.Read("Resources/actions.tsv", 3).Select(c => c[..2]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says_what_a_request_does_in_the_terms_of_rules(string request, string actions)
    {
        var info = ObjectCase.OfRequest("-", request).Info();

        string.Join(" & ", RequestActions.Of(info, ObjectTableTests.ScopeOf(info.ApiGroup, info.Resource)).Select(Text)).ShouldBe(actions, request);
    }

    [Fact]
    public void The_table_holds_enough_cases() => Cases().Count().ShouldBeGreaterThanOrEqualTo(60);

    [Fact]
    public void Every_verb_has_one_name_and_only_the_star_covers_the_others()
    {
        foreach (var (verb, name) in VerbNames.All)
        {
            VerbNames.OfRequest(name).ShouldBe(verb);
            VerbNames.OfRule([name]).ShouldBe(verb);
            VerbNames.Of(verb).ShouldBe([name]);
        }

        VerbNames.OfRule(VerbNames.All.Select(v => v.Name)).HasFlag(ResourceVerbs.Other).ShouldBeFalse();
        VerbNames.OfRule(["*"]).ShouldBe(ResourceVerbs.All);
        VerbNames.OfRequest("*").ShouldBe(ResourceVerbs.Other);
        VerbNames.OfRule(["use", ""]).ShouldBe(ResourceVerbs.None);
    }

    /// <summary><c>verb group/kind namespace/name</c>; what is not known is <c>?</c>, a made name is <c>beginning…</c>.</summary>
    private static string Text(ResourceAction action)
    {
        var name = action switch
        {
            { IsAboutAll: true } => "*",
            { Name: { } known } => known,
            { GeneratedFrom: { Length: > 0 } beginning } => beginning + "…",
            _ => "?",
        };
        return $"{VerbNames.Of(action.Verb).Single()} {action.ApiGroup}/{action.Kind} {action.Namespace}/{name}";
    }
}
