using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tidegate.Impersonation;

namespace Tidegate.Tests.Impersonation;

/// <summary>What a <c>Connection</c> header may take out of a request, as the table says. The same over sockets: the functional tests of the wire.</summary>
public sealed class ConnectionHeaderTests
{
    public static IEnumerable<object[]> Cases() =>
        CaseTable.Read("Impersonation/connection.tsv", 5).Select(cells => new object[] { cells });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Takes_out_what_is_named_or_refuses(string[] cells)
    {
        var headers = new HeaderDictionary { ["Connection"] = new StringValues(cells[0].Split('|')) };
        foreach (var header in cells[1].Split(';'))
        {
            headers.Append(header.Split('=')[0], header.Split('=')[1]);
        }

        var refusal = ConnectionHeader.Apply(headers);

        (refusal ?? "").ShouldContain(cells[3] == "-" ? "" : cells[3], Case.Sensitive, cells[4]);
        (refusal is null).ShouldBe(cells[3] == "-", cells[4]);
        headers.Keys.Where(k => k != "Connection").ShouldBe(cells[2] == "-" ? [] : cells[2].Split(';'), ignoreOrder: true, cells[4]);
    }

    [Fact]
    public void A_request_without_one_is_left_as_it_is()
    {
        var headers = new HeaderDictionary { ["X-Other"] = "1" };

        ConnectionHeader.Apply(headers).ShouldBeNull();

        headers.Keys.ShouldBe(["X-Other"]);
    }
}
