using Tidegate.Access;
using Tidegate.Explain;
using Tidegate.Kubernetes;
using Tidegate.Tests.Access;

namespace Tidegate.Tests.Explain;

/// <summary>An explanation says what a request then gets, and why.</summary>
public sealed class AccessExplainerTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Access/objects");

    public static TheoryData<string> Tables => [.. ObjectTable.Names(Folder)];

    /// <summary>Whatever can be asked in words: about an object or a collection at a place where there is one.</summary>
    [Theory]
    [MemberData(nameof(Tables))]
    public void Explanations_agree_with_decisions(string table)
    {
        var read = ObjectTable.Read(Folder, table);
        var policy = read.Policy();
        var asked = 0;
        foreach (var one in read.Cases)
        {
            if (Asked(one) is not { } question)
            {
                continue;
            }

            asked++;
            var decision = policy.Decide(question, DateTimeOffset.UnixEpoch);

            var explanation = AccessExplainer.Explain(policy, question, DateTimeOffset.UnixEpoch);

            $"{explanation.Outcome} {explanation.Role} {explanation.Rule?.Line}".ShouldBe($"{Outcome(decision)} {decision.Role} {decision.Rule?.Line}", one.ToString());
            explanation.Principal.ShouldBe((decision as AccessAllowed)?.Principal, one.ToString());
            (explanation.Shown.Count > 0).ShouldBe(explanation.Outcome == "partly", one.ToString());
        }

        asked.ShouldBeGreaterThan(0, table);
    }

    /// <summary>The role that decides says so in the list of all roles, with the same rule.</summary>
    [Theory]
    [MemberData(nameof(Tables))]
    public void The_role_that_decides_says_so(string table)
    {
        var read = ObjectTable.Read(Folder, table);
        var policy = read.Policy();
        foreach (var one in read.Cases)
        {
            var question = one.Question(ObjectTableTests.ScopeOf);
            var explanation = AccessExplainer.Explain(policy, question, DateTimeOffset.UnixEpoch);
            explanation.Considered.Select(c => c.Role).ShouldBe(policy.RolesOf(question.Identity, DateTimeOffset.UnixEpoch).Select(r => r.Role.Name), one.ToString());
            if (question.Request.IsResourceRequest && explanation is { Role: { } role, Rule: { } rule } && Outcome(policy.Decide(question, DateTimeOffset.UnixEpoch)) != "denied")
            {
                explanation.Considered.Single(c => c.Role == role).Says.ShouldContain("allows ", Case.Sensitive, $"{one} by {rule.Rule}");
            }
        }
    }

    /// <summary>The case as a question; null where it is about something else: a path, what is in a body or a header, an object where there can be none.</summary>
    private static AccessQuestion? Asked(ObjectCase one)
    {
        var question = one.Question(ObjectTableTests.ScopeOf);
        var request = one.NameInBody is { } name ? question.Request with { Name = name, Body = null } : question.Request;
        var isPlaced = question.Scope != KindScope.Cluster
            ? request.Namespace.Length > 0 || request.Name.Length == 0
            : request.Namespace.Length == 0 || (request.Resource == "namespaces" && request.Namespace == request.Name);
        var isAsked = request is { IsResourceRequest: true, IsApply: false, IsUpgrade: false, Body: null }
            && (request.Name.Length > 0 || request.Verb is "list" or "watch" or "deletecollection");
        return isPlaced && isAsked ? question with { Request = request } : null;
    }

    private static string Outcome(AccessDecision decision) => decision switch
    {
        AccessAllowed { Filter: null } => "allowed",
        AccessAllowed => "partly",
        _ => "denied",
    };
}
