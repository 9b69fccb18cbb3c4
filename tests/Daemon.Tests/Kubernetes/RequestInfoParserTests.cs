using System.Globalization;
using CsCheck;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class RequestInfoParserTests
{
    private const int Columns = 11;

    // What a hostile target is made of: separators, dots, escapes of all of them, words that have a meaning, and any printable character.
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.OneOf(
            "/", "//", ".", "..", "%2F", "%2e", "%2E%2e", "%25", "%00", "%7f", "%zz", "%", "%C3%BC", "%E9", "?", "#", "\\", ";", "api", "apis", "v1", "apps", "namespaces",
            "dev", "pods", "web", "proxy", "watch", "status", "finalize", "log", "nodes", "services", "%70roxy"),
        Gen.Char[' ', '~'].Select(c => c.ToString()));

    private static readonly Gen<string> Target = Piece.Array[0, 14].Select(p => "/" + string.Concat(p));

    private static readonly Gen<string> Likely = Gen.OneOf("api", "apis", "v1", "apps", "namespaces", "dev", "pods", "web", "proxy", "watch", "status", "log", "nodes", "%61", "a%20b", "%2B", "x.y")
        .Array[1, 9].Select(p => "/" + string.Join('/', p));

    private static readonly Gen<string> Query = Gen.OneOf("watch", "=", "&", "1", "false", "fieldSelector", "metadata.name", "%3D", "%zz", "%FF", "+", ";", ",", "!", "\\", "web")
        .Array[0, 10].Select(string.Concat);

    private static readonly Gen<string> Method = Gen.OneOf("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "", "CONNECT", "TRACE", "X");

    public static IEnumerable<object[]> Cases() => CaseTable.Read("Kubernetes/requests.tsv", Columns).Select(c => new object[] { string.Join(' ', c[..3]), c });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_a_request_as_the_API_server_does(string request, string[] cells)
    {
        var (info, refusal) = RequestInfoParser.Parse(cells[0], Cell(cells[1]), Cell(cells[2]));

        if (cells[3] == "refused")
        {
            info.ShouldBeNull(request);
            refusal.ShouldBe(cells[4]);
            return;
        }

        refusal.ShouldBeNull();
        Parts(info.ShouldNotBeNull()).ShouldBe(cells[3..].Select(Cell));
        info.OtherMethod.ShouldBe(info.Verb.Length == 0 ? cells[0] : "");
    }

    [Fact]
    public void The_table_holds_enough_cases() => Cases().Count().ShouldBeGreaterThanOrEqualTo(170);

    [Fact]
    public void Never_throws_and_says_either_or() =>
        Gen.Select(Method, Gen.OneOf(Target, Piece.Array[0, 6].Select(string.Concat)), Query).Sample((method, path, query) =>
        {
            var (info, refusal) = RequestInfoParser.Parse(method, path, query);
            return info is null != refusal is null;
        });

    [Fact]
    public void An_accepted_path_encoded_anew_reads_the_same() =>
        Gen.Select(Method, Gen.OneOf(Target, Likely), Query).Sample(
            (method, path, query) =>
            {
                var (info, _) = RequestInfoParser.Parse(method, path, query);

                // U+FFFD stands for bytes that are lost; a proxied program's own slashes were decoded.
                if (info is null || info.Path.Contains('\uFFFD', StringComparison.Ordinal) || info.Subresource == "proxy")
                {
                    return true;
                }

                var encoded = string.Join('/', info.Path.Split('/').Select(Uri.EscapeDataString));
                return RequestInfoParser.Parse(method, encoded, query).Info == info;
            },
            iter: 5000);

    [Fact]
    public void A_resource_put_together_from_its_parts_reads_the_same() =>
        Gen.Select(Gen.OneOf("GET", "PUT", "DELETE", "POST"), Likely, Query).Sample(
            (method, path, query) =>
            {
                var (info, _) = RequestInfoParser.Parse(method, path, query);
                if (info is not { IsResourceRequest: true } || info.Verb is "watch" or "proxy" or "list")
                {
                    return true;
                }

                var again = RequestInfoParser.Parse(method, PathOf(info), query).Info;
                return again is not null && Parts(again).SequenceEqual(Parts(info));
            },
            iter: 5000);

    [Fact]
    public void No_accepted_path_holds_what_servers_read_in_two_ways() =>
        Gen.OneOf(Target, Likely).Sample(
            path =>
            {
                var info = RequestInfoParser.Parse("GET", path, "").Info;
                return info is null
                    || (!info.Path.Split('/').Any(s => s is "." or "..")
                        && !info.Path.Any(char.IsControl)
                        && (info.Subresource == "proxy" || !info.Path.Contains("//", StringComparison.Ordinal))
                        && (info.Subresource == "proxy" || !path.Contains("%2F", StringComparison.OrdinalIgnoreCase)));
            },
            iter: 5000);

    private static string PathOf(RequestInfo info)
    {
        string[] start = info.ApiGroup.Length == 0 ? ["api", info.ApiVersion] : ["apis", info.ApiGroup, info.ApiVersion];
        var isNamespaceItself = info.Resource == "namespaces" && info.Name == info.Namespace;
        string[] inNamespace = info.Namespace.Length > 0 && !isNamespaceItself ? ["namespaces", info.Namespace] : [];
        string[] parts = [.. start, .. inNamespace, info.Resource, info.Name, info.Subresource];
        return "/" + string.Join('/', parts.Where(p => p.Length > 0).Select(Uri.EscapeDataString));
    }

    private static string Cell(string cell) => cell == "-" ? "" : cell;

    private static IEnumerable<string> Parts(RequestInfo info) =>
    [
        info.Verb,
        info.ApiGroup,
        info.ApiVersion,
        info.Namespace,
        info.Resource,
        info.Subresource,
        info.Name,
        string.Create(CultureInfo.InvariantCulture, $"{(info.IsResourceRequest ? "R" : "")}{(info.IsDiscovery ? "D" : "")}{(info.IsLongRunning ? "L" : "")}{(info.IsConnection ? "C" : "")}"),
    ];
}
