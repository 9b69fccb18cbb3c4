using System.Net.Http.Headers;
using Tidegate.Access;
using Tidegate.Impersonation;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Impersonation;

public sealed class ImpersonationInvariantsTests
{
    private const string Groups = "a\u001Fb";
    private const string Bearer = "Bearer gate";
    private static readonly AccessAllowed Allowed = new(new Principal("kube", ["a", "b"]), "", "role", null);

    [Fact]
    public void A_whole_request_passes() => Violation().ShouldBeNull();

    [Fact]
    public void A_request_without_groups_and_credential_passes() =>
        ImpersonationInvariants.Violation(Headers(("Impersonate-User", "kube")), Allowed, null, null).ShouldBeNull();

    [Fact]
    public void Without_a_decision_nothing_leaves() =>
        ImpersonationInvariants.Violation(Headers(("Impersonate-User", "kube")), null, null, null).ShouldBe("nothing has allowed it");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("root")]
    [InlineData("Kube")]
    public void The_user_is_the_decided_one(string? user) => Violation(user: user).ShouldBe("its user is not the one that the decision gave");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_user_never_leaves_even_when_decided(string user) =>
        ImpersonationInvariants.Violation(Headers(("Impersonate-User", user)), Allowed with { Principal = new(user, []) }, null, null)
            .ShouldBe("its user is not the one that the decision gave");

    [Fact]
    public void Two_users_never_leave() => Violation(("Impersonate-User", "kube")).ShouldBe("its user is not the one that the decision gave");

    /// <summary>Several lines read as one value are joined by a comma and a space, which a name may hold; the API server takes the first line.</summary>
    [Theory]
    [InlineData("kube, root", "a", "Bearer x", "its user is not the one that the decision gave")]
    [InlineData("kube", "a, b", "Bearer x", "its groups are not those that the decision gave")]
    [InlineData("kube", "a", "Bearer x, y", "its credential is not the cluster's")]
    public void Two_lines_are_not_the_one_that_they_join_to(string user, string groups, string authorization, string violation)
    {
        var lines = Lines("Impersonate-User", user).Concat(Lines("Impersonate-Group", groups)).Concat(Lines("Authorization", authorization)).ToArray();
        var decided = Allowed with { Principal = new(user, []) };

        ImpersonationInvariants.Violation(Headers(lines), decided, groups, authorization).ShouldBe(violation);
        ImpersonationInvariants.Violation(Headers(("Impersonate-User", user), ("Impersonate-Group", groups), ("Authorization", authorization)), decided, groups, authorization)
            .ShouldBeNull();

        static IEnumerable<(string, string)> Lines(string name, string joined) => joined.Split(", ").Select(part => (name, part));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a")]
    [InlineData("system:masters")]
    public void The_groups_are_the_decided_ones(string? groups) => Violation(groups: groups).ShouldBe("its groups are not those that the decision gave");

    [Fact]
    public void A_second_line_of_groups_never_leaves() =>
        Violation(("Impersonate-Group", "system:masters")).ShouldBe("its groups are not those that the decision gave");

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer client")]
    public void The_credential_is_the_clusters(string? authorization) => Violation(authorization: authorization).ShouldBe("its credential is not the cluster's");

    [Fact]
    public void A_second_credential_never_leaves() => Violation(("Authorization", "Bearer client")).ShouldBe("its credential is not the cluster's");

    [Fact]
    public void A_credential_where_the_certificate_is_one_never_leaves() =>
        ImpersonationInvariants.Violation(Headers(("Impersonate-User", "kube"), ("Authorization", "Bearer client")), Allowed, null, null)
            .ShouldBe("its credential is not the cluster's");

    [Theory]
    [InlineData("Impersonate-Uid")]
    [InlineData("impersonate-extra-scopes")]
    [InlineData("Impersonate_User")]
    [InlineData("X-Remote-User")]
    [InlineData("x-remote-group")]
    public void Nothing_else_says_who_somebody_is(string name) => Violation((name, "x")).ShouldBe($"it holds {name}");

    private static string? Violation(
        (string Name, string Value)? extra = null, string? user = "kube", string? groups = Groups, string? authorization = Bearer) =>
        ImpersonationInvariants.Violation(
            Headers([
                ("Accept", "*/*"),
                .. user is null ? Array.Empty<(string, string)>() : [("Impersonate-User", user)],
                .. groups is null ? Array.Empty<(string, string)>() : [("Impersonate-Group", groups)],
                .. authorization is null ? Array.Empty<(string, string)>() : [("Authorization", authorization)],
                .. extra is { } more ? [more] : Array.Empty<(string, string)>(),
            ]),
            Allowed,
            Groups,
            Bearer);

    private static HttpRequestHeaders Headers(params (string Name, string Value)[] lines)
    {
        var message = new HttpRequestMessage();
        foreach (var (name, value) in lines)
        {
            message.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return message.Headers;
    }
}
