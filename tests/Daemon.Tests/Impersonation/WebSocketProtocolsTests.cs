using Microsoft.Extensions.Primitives;
using Tidegate.Impersonation;

namespace Tidegate.Tests.Impersonation;

public sealed class WebSocketProtocolsTests
{
    [Theory]
    [InlineData("v5.channel.k8s.io", "v5.channel.k8s.io")]
    [InlineData("v5.channel.k8s.io, v4.channel.k8s.io", "v5.channel.k8s.io, v4.channel.k8s.io")]
    [InlineData("v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.dG9r", "v5.channel.k8s.io")]
    [InlineData("base64url.bearer.authorization.k8s.io.dG9r,v5.channel.k8s.io,v4.channel.k8s.io", "v5.channel.k8s.io|v4.channel.k8s.io")]
    [InlineData("base64url.bearer.authorization.k8s.io.a,base64url.bearer.authorization.k8s.io.b,x", "x")]
    [InlineData("Base64URL.Bearer.Authorization.K8s.io.dG9r,x", "x")]
    [InlineData("base64url.bearer.authorization.k8s.io.,x", "x")]
    [InlineData("x,base64url.bearer.authorization.k8s.io", "x,base64url.bearer.authorization.k8s.io")]
    [InlineData("base64url.bearer.authorization.k8s.io.dG9r", "")]
    [InlineData("", "")]
    [InlineData("x|  base64url.bearer.authorization.k8s.io.dG9r", "x")]
    [InlineData("base64url.bearer.authorization.k8s.io.dG9r|x, y", "x|y")]
    [InlineData("x|y, z", "x|y, z")]
    public void Tokens_are_taken_out(string offered, string expected) =>
        string.Join('|', WebSocketProtocols.WithoutBearer(new StringValues(offered.Split('|'))).ToArray()).ShouldBe(expected);

    [Theory]
    [InlineData("v5.channel.k8s.io, v4.channel.k8s.io", true)]
    [InlineData("SPDY/3.1+portforward.k8s.io", true)]
    [InlineData("", true)]
    [InlineData("a,,b", true)]
    [InlineData("a b", false)]
    [InlineData("a|\u00a0b", false)]
    [InlineData("a;b", false)]
    public void What_can_be_read_in_two_ways_is_not_well_formed(string offered, bool expected) =>
        WebSocketProtocols.IsWellFormed(new StringValues(offered.Split('|'))).ShouldBe(expected);

    [Theory]
    [InlineData("base64url.bearer.authorization.k8s.io.dG9r, a b")]
    [InlineData("x|\u00a0base64url.bearer.authorization.k8s.io.dG9r")]
    public void Tokens_are_taken_out_of_nothing_that_can_be_read_in_two_ways(string offered) =>
        Should.Throw<FormatException>(() => WebSocketProtocols.WithoutBearer(new StringValues(offered.Split('|'))));

    [Fact]
    public void A_missing_header_stays_missing() => WebSocketProtocols.WithoutBearer(StringValues.Empty).Count.ShouldBe(0);
}
