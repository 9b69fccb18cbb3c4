using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Tidegate.Kubernetes;
using Tidegate.Values;

namespace Tidegate.Tests.Kubernetes;

public sealed class AddressPolicyTests
{
    private const int Columns = 3;

    private static readonly AddressPolicy Gate = new()
    {
        Listeners = [IPEndPoint.Parse("0.0.0.0:3026"), IPEndPoint.Parse("127.0.0.1:3434"), IPEndPoint.Parse("[::ffff:198.51.100.7]:3435"), IPEndPoint.Parse("[2001:db8::7]:3436")],
        OwnNames = ["gate.example.com:3026"],
    };

    public static TheoryData<string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var cells in CaseTable.Read("Kubernetes/addresses.tsv", Columns))
        {
            data.Add(cells[0], cells[1], cells[2]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Knows_where_no_cluster_of_the_repository_may_be(string address, string allowed, string expected)
    {
        var uri = new Uri(Regex.Replace(address, @"\\u([0-9A-F]{4})", m => ((char)Convert.ToInt32(m.Groups[1].Value, 16)).ToString()));

        var said = (Gate with { Allowed = Ranges(allowed) }).WhyRefused(uri);

        Short(said).ShouldBe(expected);
    }

    [Fact]
    public void Says_of_an_address_what_it_says_of_the_address_written_out()
    {
        foreach (var cells in CaseTable.Read("Kubernetes/addresses.tsv", Columns))
        {
            if (Uri.TryCreate(cells[0], UriKind.Absolute, out var uri) && !cells[0].Contains('\\', StringComparison.Ordinal) && IPAddress.TryParse(uri.IdnHost, out var literal))
            {
                Short((Gate with { Allowed = Ranges(cells[1]) }).WhyRefused(literal, uri.Port)).ShouldBe(cells[2], cells[0]);
            }
        }
    }

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:10.0.0.5", "10.0.0.5")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("::10.0.0.5", "::10.0.0.5 10.0.0.5")]
    [InlineData("::ffff:0:a00:5", "::ffff:0:10.0.0.5 10.0.0.5")]
    [InlineData("64:ff9b::a00:5", "64:ff9b::a00:5 10.0.0.5")]
    [InlineData("64:ff9b:1::a00:5", "64:ff9b:1::a00:5 10.0.0.5")]
    [InlineData("2002:a00:5::1", "2002:a00:5::1 10.0.0.5")]
    [InlineData("2001:0:a00:5:8000:63bf:f5ff:fff9", "2001:0:a00:5:8000:63bf:f5ff:fff9 10.0.0.5 10.0.0.6")]
    [InlineData("2001:db8::5efe:10.0.0.5", "2001:db8::5efe:a00:5 10.0.0.5")]
    public void An_address_means_every_one_at_which_its_packets_may_end(string address, string expected) =>
        SpecialAddress.Meanings(IPAddress.Parse(address)).ShouldBe(expected.Split(' ').Select(IPAddress.Parse));

    [Fact]
    public void Every_address_of_this_host_is_the_gate_where_it_listens_on_all_and_none_elsewhere()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address).ToList();

        addresses.ShouldNotBeEmpty();
        foreach (var address in addresses)
        {
            var everything = Gate with { Allowed = Ranges("0.0.0.0/0 ::/0") };
            Short(everything.WhyRefused(address, 3026)).ShouldBe("own", address.ToString());
            Short(everything.WhyRefused(address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address, 3026)).ShouldBe("own", address.ToString());
            everything.WhyRefused(address, 6443).ShouldBeNull(address.ToString());
        }
    }

    [Fact]
    public void The_sentence_names_the_setting_and_a_policy_compares_by_value()
    {
        Gate.WhyRefused(IPAddress.Loopback, 6443).ShouldBe(
            "a loopback address, which a cluster of the repository may have only if the gate's configuration lists it under kubernetes_service.allow_addresses");
        (Gate with { Allowed = Ranges("127.0.0.0/8") }).ShouldBe(Gate with { Allowed = Ranges("127.0.0.0/8") });
        (Gate with { Allowed = Ranges("127.0.0.0/8") }).ShouldNotBe(Gate);
    }

    private static EquatableList<IPNetwork> Ranges(string text) =>
        text is "-" ? [] : text.Split(' ').Select(t => IPNetwork.Parse(t)).ToEquatableList();

    private static string Short(string? said)
    {
        const string Listed = ", which a cluster of the repository may have only if the gate's configuration lists it under kubernetes_service.allow_addresses";
        return said switch
        {
            null => "-",
            _ when said.EndsWith(Listed, StringComparison.Ordinal) => $"special {said[..^Listed.Length]}",
            _ when said.StartsWith("written with characters beyond ASCII", StringComparison.Ordinal) => "ascii",
            _ when said.StartsWith("this gate itself", StringComparison.Ordinal) => "own",
            _ => said,
        };
    }
}
