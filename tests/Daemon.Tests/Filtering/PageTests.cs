using System.Text;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>Lists that come in pages: the case files, in every portion, and each further page cut off everywhere.</summary>
public sealed class PageTests
{
    private const string Json = "Filtering/json-pages.cases";
    private const string Protobuf = "Filtering/protobuf-pages.cases";

    public static TheoryData<string> JsonNames => CaseFile.Names(Json);

    public static TheoryData<string> ProtobufNames => CaseFile.Names(Protobuf);

    [Theory]
    [MemberData(nameof(JsonNames))]
    public void Makes_one_json_list_of_pages(string name)
    {
        var testCase = CaseFile.Get(Json, name);
        Check(
            PageCase.Parse(testCase.Input, Encoding.UTF8.GetBytes), AnswerForm.JsonList, testCase.Expected, Encoding.UTF8.GetBytes,
            part => JsonReference.Values(part) is { Count: 1 });
    }

    [Theory]
    [MemberData(nameof(ProtobufNames))]
    public void Makes_one_protobuf_list_of_pages(string name)
    {
        var testCase = CaseFile.Get(Protobuf, name);
        Check(
            PageCase.Parse(testCase.Input, ProtobufText.Parse), AnswerForm.ProtobufList, testCase.Expected, ProtobufText.Parse,
            part => part.AsSpan().StartsWith("k8s\0"u8) && ProtobufReference.Message(part[4..]) is { } fields && fields.Exists(f => f.Field == 1));
    }

    [Fact]
    public async Task The_objects_of_a_page_go_to_the_client_before_the_next_page_is_looked_for()
    {
        var pages = PageCase.Parse(
            """
            visible /one /three
            limit 0 shown 2 withheld 0
            {"metadata":{"continue":"x"},"items":[{"metadata":{"name":"one"}}]}
            -- x wants all passes 0
            {"metadata":{"continue":"y"},"items":[{"metadata":{"name":"three"}}]}
            -- y wants all passes 0 ends
            """,
            Encoding.UTF8.GetBytes);
        var looks = 0;
        await using var stream = pages.Open(new ChunkedStream([pages.First]), AnswerForm.JsonList, (_, p) => new ChunkedStream([p]), n => looks = n);

        (await ReadAsync(stream)).ShouldBe("""{"items":[{"metadata":{"name":"one"}}""");
        looks.ShouldBe(0);
        stream.Next.ShouldBe("x");
        (stream.Shown, stream.Withheld, stream.IsOver).ShouldBe((1, 0, false));
        (await ReadAsync(stream)).ShouldBe(""",{"metadata":{"name":"three"}}""");
        looks.ShouldBe(1);
        (stream.Shown, stream.IsOver).ShouldBe((2, false), "what has been shown so far counts");
        (await ReadAsync(stream)).ShouldBe("""],"metadata":{}}""");
        looks.ShouldBe(2);
        (await ReadAsync(stream)).ShouldBeEmpty();
        stream.IsOver.ShouldBeTrue();
    }

    [Fact]
    public void What_is_decided_does_not_wait_for_what_comes_behind_it()
    {
        static Func<Memory<byte>, Task<int>>[] ThenNothing(string first) => [b => ScriptedStream.Put(b, Encoding.UTF8.GetBytes(first)), _ => new TaskCompletionSource<int>().Task];
        static string Read(FilteredStream stream)
        {
            var buffer = new byte[4096];
            var read = stream.ReadAsync(buffer, CancellationToken.None).AsTask();
            read.IsCompletedSuccessfully.ShouldBeTrue();
            return Encoding.UTF8.GetString(buffer, 0, read.Result);
        }

        var paging = new ListPaging(0, t => t, (_, _, _) => Task.FromResult(
            new FurtherPage(new ScriptedStream(ThenNothing("""{"items":[{"metadata":{"name":"three"}},{"metadata":{"name":"fi""")), "", 0)));
        FilteredStream Open(Stream inner) => FilteredBody.Create(inner, AnswerForm.JsonList, (_, _) => true, new FilterOptions(false, null) { Paging = paging });
        const string Whole = """{"kind":"PodList","items":[{"metadata":{"name":"one"}}],"metadata":{}}""";

        Read(Open(new ScriptedStream(ThenNothing(Whole)))).ShouldBe(Whole);
        Read(Open(new ScriptedStream(ThenNothing("""{"items":[""")))).ShouldBe("""{"items":[""");
        Read(Open(new ScriptedStream(ThenNothing("""{"items":[{"metadata":{"name":"one"}},{"meta""")))).ShouldBe("""{"items":[{"metadata":{"name":"one"}}""");
        var paged = Open(new ChunkedStream(["""{"metadata":{"continue":"x"},"items":[{"metadata":{"name":"one"}}]}"""u8.ToArray()]));
        Read(paged).ShouldBe("""{"items":[{"metadata":{"name":"one"}}""");
        Read(paged).ShouldBe(""",{"metadata":{"name":"three"}}""");
    }

    [Fact]
    public async Task A_page_is_disposed_when_it_is_over_and_with_the_list()
    {
        var pages = PageCase.Parse(
            """
            visible /one /three
            limit 0 shown 2 withheld 0
            {"metadata":{"continue":"x"},"items":[{"metadata":{"name":"one"}}]}
            -- x wants all passes 0
            {"metadata":{"continue":"y"},"items":[{"metadata":{"name":"three"}}]}
            -- y wants all passes 0
            {"metadata":{"continue":"z"},"items":[{"metadata":{"name":"three"}}]}
            """,
            Encoding.UTF8.GetBytes);
        var opened = new List<ChunkedStream>();
        var stream = pages.Open(new ChunkedStream([pages.First]), AnswerForm.JsonList, (_, p) =>
        {
            opened.Add(new ChunkedStream([p]));
            return opened[^1];
        });
        for (var i = 0; i < 3; i++)
        {
            (await ReadAsync(stream)).ShouldNotBeEmpty();
        }

        opened.Select(o => o.Disposed).ShouldBe([true, false]);
        await stream.DisposeAsync();
        opened.Select(o => o.Disposed).ShouldBe([true, true]);
    }

    [Theory]
    [InlineData(nameof(AnswerForm.JsonList))]
    [InlineData(nameof(AnswerForm.ProtobufList))]
    public async Task A_read_that_is_given_up_gives_up_the_look_too(string form)
    {
        var body = form == nameof(AnswerForm.JsonList) ? """{"metadata":{"continue":"x"},"items":[]}"""u8.ToArray()
            : ProtobufText.Parse("""k8s 1 { 2 "PodList" } 2 { 1 { 3 "x" } }""");
        using var giveUp = new CancellationTokenSource();
        var looked = new TaskCompletionSource();
        async Task<FurtherPage> ReadOn(string token, long wanted, CancellationToken cancellationToken)
        {
            looked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new FurtherPage(null, "", 0);
        }

        var options = new FilterOptions(false, null) { Paging = new ListPaging(0, t => t, ReadOn) };
        await using var stream = FilteredBody.Create(new ChunkedStream([body]), Enum.Parse<AnswerForm>(form), (_, _) => true, options);
        var reading = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, giveUp.Token) > 0)
            {
            }
        });
        await looked.Task;
        await giveUp.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(reading);
    }

    private static void Check(PageCase pages, AnswerForm form, IReadOnlyList<string> expected, Func<string, byte[]> parse, Func<byte[], bool> isWhole)
    {
        var looks = 0;
        FilteredStream Open(Stream first, Func<int, byte[], Stream> page) => pages.Open(first, form, page, n => looks = n);
        var whole = FilterRun.Of(Open(new ChunkedStream([pages.First]), (_, p) => new ChunkedStream([p])));

        whole.ShouldNotDependOnPortions(pages.First, first => Open(first, (_, p) => new ChunkedStream([p])));
        whole.ShouldBeAlso(FilterRun.Of(Open(ChunkedStream.ByteByByte(pages.First), (_, p) => ChunkedStream.ByteByByte(p))), "byte by byte");
        if (expected[0].StartsWith('!'))
        {
            whole.Failure.ShouldNotBeNull().ShouldContain(expected[0][1..]);
            whole.Text.ShouldNotContain("two");
            return;
        }

        whole.Failure.ShouldBeNull();
        Encoding.UTF8.GetString(whole.Output).ShouldBe(Encoding.UTF8.GetString(parse(string.Join('\n', expected))));
        (whole.Shown, whole.Withheld).ShouldBe((pages.Shown, pages.Withheld));
        looks.ShouldBe(pages.Looks.Count);
        whole.ShouldBeAlso(FilterRun.Of(Open(new ChunkedStream([pages.First]), (_, p) => new ChunkedStream([p])), bufferSize: 1), "into one byte");
        CutOff(pages, Open, whole, isWhole);
    }

    /// <summary>A further page that is cut off never completes the list, and what came before it is a part of the list.</summary>
    private static void CutOff(PageCase pages, Func<Stream, Func<int, byte[], Stream>, FilteredStream> open, FilterRun whole, Func<byte[], bool> isWhole)
    {
        for (var look = 1; look <= pages.Looks.Count; look++)
        {
            var page = pages.Looks[look - 1].Page;
            for (var length = 0; length < page.Length; length++)
            {
                if (isWhole(page[..length]))
                {
                    continue;
                }

                var (cut, place) = (length, look);
                var part = FilterRun.Of(open(new ChunkedStream([pages.First]), (n, p) => new ChunkedStream([n == place ? p[..cut] : p])));
                part.Failure.ShouldNotBeNull($"the first {length} bytes of {page.Length} of look {look}");
                whole.Output.AsSpan().StartsWith(part.Output).ShouldBeTrue($"the first {length} bytes of look {look} gave more");
            }
        }
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, CancellationToken.None));
    }
}
