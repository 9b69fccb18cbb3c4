using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tidegate.Access;
using Tidegate.Impersonation;

namespace Tidegate.Tests.Impersonation;

public sealed class ImpersonationHeadersTests
{
    [Fact]
    public void Nothing_asked_is_none() =>
        ImpersonationHeaders.Read(new HeaderDictionary { ["Accept"] = "*/*", ["X-Impersonate-User"] = "root" }).ShouldBeSameAs(ImpersonationRequest.None);

    [Theory]
    [InlineData("Impersonate-User")]
    [InlineData("impersonate-user")]
    [InlineData("IMPERSONATE-USER")]
    public void A_user_is_read_in_any_case(string name) => ImpersonationHeaders.Read(new HeaderDictionary { [name] = "a" }).Users.ShouldBe(["a"]);

    [Theory]
    [InlineData("Impersonate-Group")]
    [InlineData("impersonate-group")]
    public void Every_line_is_one_group_and_commas_are_part_of_it(string name) =>
        ImpersonationHeaders.Read(new HeaderDictionary { [name] = new StringValues(["b", "a,c", "b", ""]) }).Groups.ShouldBe(["b", "a,c", "b", ""]);

    [Fact]
    public void An_empty_user_is_kept() => ImpersonationHeaders.Read(new HeaderDictionary { ["Impersonate-User"] = "" }).Users.ShouldBe([""]);

    [Fact]
    public void Several_users_are_kept_for_the_refusal() =>
        ImpersonationHeaders.Read(new HeaderDictionary { ["Impersonate-User"] = new StringValues(["a", "b"]) }).Users.ShouldBe(["a", "b"]);

    [Theory]
    [InlineData("Impersonate-Uid")]
    [InlineData("impersonate-uid")]
    [InlineData("Impersonate-Extra-Scopes")]
    [InlineData("Impersonate-Extra-authentication.kubernetes.io%2fcredential-id")]
    [InlineData("Impersonate-Foo")]
    [InlineData("Impersonate_User")]
    [InlineData("Impersonate")]
    public void Any_other_is_named_as_it_was_spelt(string name)
    {
        var asked = ImpersonationHeaders.Read(new HeaderDictionary { [name] = "x" });

        asked.Unsupported.ShouldBe([name]);
        asked.Users.ShouldBeEmpty();
        asked.Groups.ShouldBeEmpty();
    }
}
