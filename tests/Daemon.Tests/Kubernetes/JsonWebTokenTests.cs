using System.Buffers.Text;
using System.Text;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class JsonWebTokenTests
{
    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var cells in CaseTable.Read("Kubernetes/tokens.tsv", 4))
            {
                rows.Add(cells[0], cells[1], cells[2]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_token_says_when_it_is_good_or_nothing_at_all(string input, string from, string until)
    {
        var token = input[0] == '=' ? input[1..] : $"eyJhbGciOiJSUzI1NiJ9.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(input))}.c2ln";

        var validity = JsonWebToken.Validity(token);

        (Seconds(validity.From), Seconds(validity.Until)).ShouldBe((from, until));
    }

    private static string Seconds(DateTimeOffset? when) => when?.ToUnixTimeSeconds().ToString() ?? "";
}
