using System.Text;
using Tidegate.Encodings;

namespace Tidegate.Tests.Encodings;

public sealed class ObjectHeadTests
{
    private const string YamlCases = "Encodings/yaml.cases";

    public static TheoryData<string, string> Json => Rows("Encodings/json.tsv");

    public static TheoryData<string, string> Protobuf => Rows("Encodings/protobuf.tsv");

    public static TheoryData<string> Yaml => CaseFile.Names(YamlCases);

    public static TheoryData<string, string, string> Cbor
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var cells in CaseTable.Read("Encodings/cbor.tsv", 3))
            {
                rows.Add(cells[0], cells[1], cells[2]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Json))]
    public void Json_is_read_as_every_reader_reads_it(string body, string expected) => Read("application/json", Encoding.UTF8.GetBytes(body)).ShouldMatch(expected);

    [Theory]
    [MemberData(nameof(Protobuf))]
    public void Protobuf_is_read_as_every_reader_reads_it(string body, string expected) =>
        Read("application/vnd.kubernetes.protobuf", ProtobufText.Body(body)).ShouldMatch(expected);

    [Theory]
    [MemberData(nameof(Yaml))]
    public void Yaml_is_read_as_every_reader_reads_it(string name)
    {
        var found = CaseFile.Get(YamlCases, name);
        Read("application/yaml", Encoding.UTF8.GetBytes(found.Input)).ShouldMatch(found.Expected.ShouldHaveSingleItem());
    }

    [Theory]
    [MemberData(nameof(Cbor))]
    public void Cbor_is_read_as_every_reader_reads_it(string name, string body, string expected) =>
        Read("application/cbor", Convert.FromHexString(body)).ShouldMatch(expected, name);

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("application/json", "")]
    [InlineData("Application/JSON ; charset=utf-16", "")]
    [InlineData("application/json;as=Table", "")]
    [InlineData("application/yaml", "")]
    [InlineData("application/json, application/yaml", "415")]
    [InlineData("application/apply-patch+yaml", "415")]
    [InlineData("application/merge-patch+json", "415")]
    [InlineData("application/jso\u0144", "415")]
    [InlineData("application/cbor-seq", "415")]
    [InlineData("text/plain", "415")]
    [InlineData("application/x-www-form-urlencoded", "415")]
    [InlineData(";", "415")]
    [InlineData("application/vnd.kubernetes.protobuf", "400")]
    [InlineData("application/cbor", "400")]
    public void The_type_alone_says_what_a_body_is(string? contentType, string expected)
    {
        var head = ObjectHead.Read(contentType, "{\"metadata\":{\"name\":\"a\"}}"u8.ToArray(), out var problem);

        (problem is null ? "" : $"{problem.Code}").ShouldBe(expected);
        (head?.Name).ShouldBe(problem is null ? "a" : null);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_wherever_they_are() =>
        Read("application/json", [.. "{\"data\":\""u8, 0xff, .. "\",\"metadata\":{\"name\":\"a\"}}"u8]).ShouldMatch("400 the body is not UTF-8");

    [Fact]
    public void A_deep_body_is_read_as_deep_as_the_cluster_reads_it()
    {
        var body = $$$"""{"spec":{{{new string('[', 9_000)}}}{{{new string(']', 9_000)}}},"metadata":{"name":"a"}}""";

        Read("application/json", Encoding.UTF8.GetBytes(body)).ShouldMatch("||a|||");
        Read("application/json", Encoding.UTF8.GetBytes(body.Replace("[", "[[", StringComparison.Ordinal))).ShouldMatch("400 not valid JSON");
    }

    [Theory]
    [InlineData(0, "||a|||")]
    [InlineData(1, "413 bytes that Kubernetes takes")]
    public void A_body_is_as_long_as_the_cluster_takes_it(int more, string expected)
    {
        var start = "{\"metadata\":{\"name\":\"a\"},\"data\":\"";
        var body = start + new string('x', BodyReader.MaxBytes - start.Length - 2 + more) + "\"}";

        Read("application/json", Encoding.UTF8.GetBytes(body)).ShouldMatch(expected);
        Read("application/yaml", Encoding.UTF8.GetBytes(body)).ShouldMatch(expected);
    }

    [Fact]
    public void A_large_object_costs_no_more_memory_than_its_head()
    {
        var body = Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"a"},"data":{"k":"{{{new string('x', 1024 * 1024)}}}"}}""");
        Read("application/json", body).ShouldMatch("||a|||");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read("application/json", body);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16 * 1024);
    }

    private static TheoryData<string, string> Rows(string path)
    {
        var rows = new TheoryData<string, string>();
        foreach (var cells in CaseTable.Read(path, 2))
        {
            rows.Add(cells[0], cells[1]);
        }

        return rows;
    }

    private static HeadOrProblem Read(string contentType, byte[] body) => new(ObjectHead.Read(contentType, body, out var problem), problem);

    private sealed record HeadOrProblem(ObjectHead? Head, BodyProblem? Problem)
    {
        public void ShouldMatch(string expected, string? name = null)
        {
            if (char.IsAsciiDigit(expected[0]))
            {
                Head.ShouldBeNull(name);
                Problem!.Code.ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(expected[..3], name);
                Problem.Message.ShouldContain(expected[4..], Case.Sensitive, name);
                return;
            }

            (Problem?.Message).ShouldBeNull(name);
            string.Join('|', Head!.ApiVersion, Head.Kind, Head.Name, Head.GenerateName, Head.Namespace, Head.ResourceVersion).ShouldBe(expected, name);
        }
    }
}
