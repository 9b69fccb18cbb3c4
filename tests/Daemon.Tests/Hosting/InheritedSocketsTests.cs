using System.Net;
using Tidegate.Hosting;

namespace Tidegate.Tests.Hosting;

public sealed class InheritedSocketsTests
{
    [Theory]
    [InlineData(null, null, null, "")]
    [InlineData("1", null, null, "")]
    [InlineData("1", "43", null, "")]
    [InlineData("0", "42", null, "")]
    [InlineData("1", "42", null, "3 unknown")]
    [InlineData("2", "42", "proxy:other", "3 proxy, 4 other")]
    [InlineData("2", "42", "proxy", "3 proxy, 4 unknown")]
    public void Only_what_is_meant_for_this_process_is_taken(string? count, string? pid, string? names, string expected) =>
        string.Join(", ", InheritedSockets.Descriptors(count, pid, names, ownPid: 42).Select(d => $"{d.Descriptor} {d.Name}")).ShouldBe(expected);

    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("1000")]
    public void A_number_that_is_none_ends_the_start(string count) =>
        Should.Throw<InvalidOperationException>(() => InheritedSockets.Descriptors(count, "42", null, ownPid: 42)).Message.ShouldStartWith($"LISTEN_FDS is \"{count}\"");

    [Theory]
    [InlineData("0.0.0.0:3026", "[::]:3026", true)]
    [InlineData("0.0.0.0:3026", "0.0.0.0:3026", true)]
    [InlineData("10.0.0.5:3026", "127.0.0.1:3026 10.0.0.5:3026", true)]
    [InlineData("0.0.0.0:3026", "", true)]
    [InlineData("0.0.0.0:3026", "[::]:443", false)]
    [InlineData("10.0.0.5:3026", "[::]:3026", false)]
    public void A_configured_address_that_is_not_listened_on_is_told(string configured, string inherited, bool agrees)
    {
        var sockets = inherited.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPEndPoint.Parse).ToList();
        var told = InheritedSockets.Disagreement(IPEndPoint.Parse(configured), sockets);
        (told is null).ShouldBe(agrees, told);
        told?.ShouldContain("the socket unit holds");
    }
}
