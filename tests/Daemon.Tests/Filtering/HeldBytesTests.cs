using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>What waits for a list's end, and what gives it back.</summary>
public sealed class HeldBytesTests
{
    private static readonly byte[] Begin =
        [.. "k8s\0"u8, .. ProtobufText.Field(1, ProtobufText.Field(2, "PodList")), 0x12, 0xFF, 0x01, .. ProtobufText.Field(2, ProtobufText.Field(1, ProtobufText.Field(1, "web1")))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(HeldBytes.ChunkSize - 1)]
    [InlineData(HeldBytes.ChunkSize)]
    [InlineData(HeldBytes.ChunkSize + 1)]
    [InlineData(3 * HeldBytes.ChunkSize)]
    public void What_goes_in_comes_out_in_whatever_pieces(int size)
    {
        var all = new HeldByAll(1 << 20);
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        foreach (var piece in (int[])[1000, HeldBytes.ChunkSize, 1 << 20])
        {
            using var window = new AnswerWindow();
            using var held = new HeldBytes(size, all);
            foreach (var part in bytes.Chunk(piece))
            {
                held.Add(part);
            }

            held.Length.ShouldBe(size);
            all.Held.ShouldBe((size + HeldBytes.ChunkSize - 1) / HeldBytes.ChunkSize * HeldBytes.ChunkSize);
            held.Release(window);
            window.Open();
            var taken = new byte[size + 1];
            window.Take(taken).ShouldBe(size);
            taken[..size].ShouldBe(bytes);
            held.Dispose();
            held.Length.ShouldBe(0);
            all.Held.ShouldBe(0);
        }
    }

    [Fact]
    public void One_answer_holds_no_more_than_it_may()
    {
        using var held = new HeldBytes(2 << 20, new HeldByAll(8 << 20));
        held.Add(new byte[2 << 20]);

        Should.Throw<UnfilterableAnswerException>(() => held.Add([1])).Message.ShouldContain("larger than 2 MiB");
        held.Length.ShouldBe(2 << 20);
    }

    [Fact]
    public void All_answers_together_hold_no_more_than_they_may()
    {
        var all = new HeldByAll(3 * HeldBytes.ChunkSize);
        using var one = new HeldBytes(1 << 20, all);
        using var another = new HeldBytes(1 << 20, all);
        one.Add(new byte[2 * HeldBytes.ChunkSize]);
        another.Add(new byte[HeldBytes.ChunkSize]);

        Should.Throw<UnfilterableAnswerException>(() => another.Add([1])).Message.ShouldContain("at once");
        all.Held.ShouldBe(3 * HeldBytes.ChunkSize, "what is refused takes nothing");
        one.Dispose();
        another.Add([1]);
        another.Dispose();
        another.Dispose();
        all.Held.ShouldBe(0);
        HeldByAll.OfProcess.TryTake((256 << 20) + 1).ShouldBeFalse();
    }

    [Theory]
    [InlineData("is cut off")]
    [InlineData("fails")]
    [InlineData("is malformed")]
    [InlineData("is given up")]
    [InlineData("is disposed")]
    [InlineData("is disposed while it is read")]
    public async Task However_an_answer_ends_it_gives_back_what_it_held(string end)
    {
        var all = new HeldByAll(1 << 20);
        using var giveUp = new CancellationTokenSource();
        var last = new TaskCompletionSource<int>();
        var inner = new ScriptedStream(
            b => ScriptedStream.Put(b, Begin),
            b => end switch
            {
                "is cut off" => Task.FromResult(0),
                "fails" => Task.FromException<int>(new IOException("reset")),
                "is malformed" => ScriptedStream.Put(b, [0x0B, 0x0B, 0x0B]),
                _ => last.Task.WaitAsync(giveUp.Token),
            });
        var stream = new FilteredStream(inner, new ProtobufListFilter(SampleProtobuf.Shows, seal: null, new HeldBytes(1 << 20, all)));
        var reading = stream.ReadAsync(new byte[100], giveUp.Token).AsTask();
        if (end.StartsWith("is given", StringComparison.Ordinal) || end.StartsWith("is disposed", StringComparison.Ordinal))
        {
            await inner.AllAsked;
            all.Held.ShouldBe(HeldBytes.ChunkSize);
        }

        switch (end)
        {
            case "is given up":
                await giveUp.CancelAsync();
                break;
            case "is disposed":
                last.SetResult(0);
                break;
            case "is disposed while it is read":
                await stream.DisposeAsync();
                last.SetResult(await ScriptedStream.Put(inner.Buffer, ProtobufText.Field(2, ProtobufText.Field(1, ProtobufText.Field(1, "web2")))));
                break;
        }

        await Should.ThrowAsync<Exception>(reading);
        await stream.DisposeAsync();
        all.Held.ShouldBe(0);
    }

    [Fact]
    public async Task A_list_gives_back_what_it_held_when_its_page_comes_too_late()
    {
        var all = new HeldByAll(1 << 20);
        var page = new ChunkedStream([ProtobufText.Parse("""k8s 1 { 2 "PodList" } 2 { 2 { 1 { 1 "web2" } } }""")]);
        var (looked, found) = (new TaskCompletionSource(), new TaskCompletionSource<FurtherPage>());
        Task<FurtherPage> ReadOn(string token, long wanted, CancellationToken cancellationToken)
        {
            looked.SetResult();
            return found.Task;
        }

        var paging = new ListPaging(0, t => t, ReadOn);
        var body = ProtobufText.Parse("""k8s 1 { 2 "PodList" } 2 { 1 { 3 "x" } 2 { 1 { 1 "web1" } } }""");
        var stream = new FilteredStream(new ChunkedStream([body]), new ProtobufListFilter(SampleProtobuf.Shows, t => t, new HeldBytes(1 << 20, all)), paging);
        var reading = stream.ReadAsync(new byte[100], CancellationToken.None).AsTask();
        await looked.Task;
        await stream.DisposeAsync();
        found.SetResult(new FurtherPage(page, "", 0));

        await Should.ThrowAsync<ObjectDisposedException>(reading);
        all.Held.ShouldBe(0);
        page.Disposed.ShouldBeTrue();
    }
}
