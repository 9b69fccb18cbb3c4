using System.Text;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>Errors about a collection: the case files, whose first line says whether tokens are <c>sealed</c>, in every portion and cut off everywhere.</summary>
public sealed class ErrorTests
{
    private const string Json = "Filtering/json-errors.cases";
    private const string Protobuf = "Filtering/protobuf-errors.cases";

    public static TheoryData<string> JsonNames => CaseFile.Names(Json);

    public static TheoryData<string> ProtobufNames => CaseFile.Names(Protobuf);

    [Theory]
    [MemberData(nameof(JsonNames))]
    public void Tells_of_a_json_error_what_may_be_told(string name) =>
        Check(CaseFile.Get(Json, name), AnswerForm.JsonStatus, Encoding.UTF8.GetBytes, part => JsonReference.Values(part) is { Count: 1 });

    /// <summary>The fields behind the type may be missing.</summary>
    [Theory]
    [MemberData(nameof(ProtobufNames))]
    public void Tells_of_a_protobuf_error_what_may_be_told(string name) =>
        Check(CaseFile.Get(Protobuf, name), AnswerForm.ProtobufStatus, ProtobufText.Parse, part => part.AsSpan().StartsWith("k8s\0"u8) && ProtobufReference.Message(part[4..]) is { Count: > 0 });

    private static void Check(CaseFile testCase, AnswerForm form, Func<string, byte[]> parse, Func<byte[], bool> isWhole)
    {
        var lines = testCase.Input.Split('\n', 2);
        var paging = lines[0] switch
        {
            "sealed" => new ListPaging(0, t => "sealed-" + t, (_, _, _) => throw new InvalidOperationException("an error has no further pages")),
            "unsealed" => null,
            _ => throw new FormatException(lines[0]),
        };
        var body = parse(lines[1]);
        FilteredStream Filter(Stream inner) => FilteredBody.Create(inner, form, (_, _) => true, new FilterOptions(false, null) { Paging = paging });
        var run = FilterRun.Of(Filter(new ChunkedStream([body])));

        run.ShouldNotDependOnPortions(body, Filter);
        (run.Shown, run.Withheld).ShouldBe((0, 0));
        run.Text.ShouldNotContain("two");
        if (testCase.Expected[0].StartsWith('!'))
        {
            run.Failure.ShouldNotBeNull().ShouldContain(testCase.Expected[0][1..]);
            run.Output.ShouldBeEmpty();
            return;
        }

        run.Failure.ShouldBeNull();
        run.Text.ShouldBe(Encoding.UTF8.GetString(parse(string.Join('\n', testCase.Expected))));
        for (var length = 0; length < body.Length; length++)
        {
            if (!isWhole(body[..length]))
            {
                var part = FilterRun.Of(Filter(new ChunkedStream([body[..length]])));
                part.Failure.ShouldNotBeNull($"the first {length} bytes of {body.Length}");
                part.Output.ShouldBeEmpty();
            }
        }
    }
}
