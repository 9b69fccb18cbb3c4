using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>What the stream promises whoever reads it, in every form.</summary>
public sealed class FilteredStreamTests
{
    private static readonly FilterOptions Plain = new(StripTableObjects: false, ContentEncoding: null);

    [Fact]
    public async Task An_event_comes_out_of_the_read_in_which_its_end_arrived()
    {
        byte[][] arrivals = [JsonEvent("web1"), JsonEvent("db1"), JsonEvent("db2"), JsonEvent("web2")[..20], JsonEvent("web2")[20..], JsonEvent("web3")];
        var inner = new ChunkedStream(arrivals);
        await using var stream = FilteredBody.Create(inner, AnswerForm.JsonWatch, SampleJson.Shows, Plain);

        (await ReadAsync(stream)).ShouldBe(JsonEvent("web1"));
        inner.Reads.ShouldBe(1);
        (await ReadAsync(stream)).ShouldBe(JsonEvent("web2"));
        inner.Reads.ShouldBe(5);
        (await ReadAsync(stream)).ShouldBe(JsonEvent("web3"));
        (stream.Shown, stream.Withheld).ShouldBe((3, 2));
        (await ReadAsync(stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_frame_comes_out_of_the_read_in_which_its_end_arrived()
    {
        byte[][] arrivals = [Frame("web1"), Frame("db1"), Frame("web2")[..3], Frame("web2")[3..]];
        var inner = new ChunkedStream(arrivals);
        await using var stream = FilteredBody.Create(inner, AnswerForm.ProtobufWatch, SampleJson.Shows, Plain);

        (await ReadAsync(stream)).ShouldBe(Frame("web1"));
        inner.Reads.ShouldBe(1);
        (await ReadAsync(stream)).ShouldBe(Frame("web2"));
        (await ReadAsync(stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_read_into_nothing_waits_for_bytes_that_are_shown()
    {
        var inner = new ChunkedStream([JsonEvent("db1"), JsonEvent("web1")]);
        await using var stream = FilteredBody.Create(inner, AnswerForm.JsonWatch, SampleJson.Shows, Plain);

        (await stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None)).ShouldBe(0);
        inner.Reads.ShouldBe(2);
        (await stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None)).ShouldBe(0);
        inner.Reads.ShouldBe(2);
        (await ReadAsync(stream)).ShouldBe(JsonEvent("web1"));
        (await stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None)).ShouldBe(0);
        (await ReadAsync(stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_small_buffer_gets_all_of_it()
    {
        await using var stream = FilteredBody.Create(new ChunkedStream([JsonEvent("web1")]), AnswerForm.JsonWatch, SampleJson.Shows, Plain);
        var all = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, CancellationToken.None) == 1)
        {
            all.Add(one[0]);
        }

        all.ToArray().ShouldBe(JsonEvent("web1"));
    }

    [Fact]
    public void A_compressed_answer_is_read()
    {
        var packed = Gzip(Encoding.UTF8.GetBytes(List("web1", "db1")));

        var run = FilterRun.Of(FilteredBody.Create(new ChunkedStream(packed.Chunk(7)), AnswerForm.JsonList, SampleJson.Shows, new FilterOptions(false, " GZIP")));

        run.Text.ShouldBe(List("web1"));
        run.Failure.ShouldBeNull();
    }

    [Fact]
    public void A_compressed_answer_that_is_cut_off_or_damaged_fails()
    {
        var packed = Gzip(Encoding.UTF8.GetBytes(List("web1", "db1")));
        var damaged = packed.ToArray();
        damaged[^6] ^= 0xFF;
        var options = new FilterOptions(false, "gzip");

        FilterRun.Of(FilteredBody.Create(new ChunkedStream([damaged]), AnswerForm.JsonList, SampleJson.Shows, options)).Failure.ShouldNotBeNull();
        FilterRun.Of(FilteredBody.Create(new ChunkedStream([packed[..^20]]), AnswerForm.JsonList, SampleJson.Shows, options)).Failure.ShouldNotBeNull();
        FilterRun.Of(FilteredBody.Create(new ChunkedStream(["plain"u8.ToArray()]), AnswerForm.JsonList, SampleJson.Shows, options)).Failure.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    public void Another_encoding_is_refused(string encoding)
    {
        FilteredBody.CanDecode(encoding).ShouldBeFalse();
        Should.Throw<UnfilterableAnswerException>(() => FilteredBody.Create(Stream.Null, AnswerForm.JsonList, SampleJson.Shows, new FilterOptions(false, encoding)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("identity")]
    [InlineData("gzip")]
    public void Usual_encodings_are_read(string? encoding) => FilteredBody.CanDecode(encoding).ShouldBeTrue();

    [Theory]
    [InlineData(nameof(AnswerForm.JsonList))]
    [InlineData(nameof(AnswerForm.JsonWatch))]
    [InlineData(nameof(AnswerForm.ProtobufList))]
    [InlineData(nameof(AnswerForm.ProtobufWatch))]
    public void An_object_of_more_than_64_megabytes_fails(string form)
    {
        byte[] begin = form switch
        {
            nameof(AnswerForm.JsonList) => Encoding.UTF8.GetBytes("""{"items":[{"metadata":{"name":"db"},"data":" """),
            nameof(AnswerForm.JsonWatch) => Encoding.UTF8.GetBytes("""{"type":"ADDED","object":{"metadata":{"name":"db"},"data":" """),
            nameof(AnswerForm.ProtobufList) => [.. "k8s\0"u8, .. ProtobufText.Field(1, ProtobufText.Field(2, "PodList")), .. Convert.FromHexString("12FFFFFF7F" + "12FFFFFF3F")],
            _ => [5, 0, 0, 0],
        };
        var endless = Enumerable.Repeat(Encoding.UTF8.GetBytes(new string('x', 1 << 16)), 1100);

        var run = FilterRun.Of(new ChunkedStream(endless.Prepend(begin)), Enum.Parse<AnswerForm>(form), SampleJson.Shows);

        run.Failure.ShouldNotBeNull().ShouldContain("64 MiB");
        run.Text.ShouldNotContain("x");
    }

    [Theory]
    [InlineData(nameof(AnswerForm.JsonList))]
    [InlineData(nameof(AnswerForm.JsonWatch))]
    public async Task A_long_answer_costs_no_memory(string form)
    {
        var filler = new string('x', 2000);
        byte[] Part(int i) => form switch
        {
            nameof(AnswerForm.JsonList) => Encoding.UTF8.GetBytes($$"""{{(i > 0 ? "," : "")}}{"metadata":{"name":"{{(i % 2 == 0 ? "web" : "db")}}"},"x":"{{filler}}"}"""),
            nameof(AnswerForm.JsonWatch) => JsonEvent(i % 2 == 0 ? "web" : "db", filler),
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
        var pair = (byte[])[.. Part(1), .. Part(2)];
        const int Pairs = 20_000;
        byte[] begin = form == nameof(AnswerForm.JsonList) ? [.. """{"items":["""u8, .. Part(0)] : Part(0);
        var end = form == nameof(AnswerForm.JsonList) ? "]}"u8.ToArray() : [];
        await using var stream = FilteredBody.Create(
            new ChunkedStream(Enumerable.Repeat(pair, Pairs).Prepend(begin).Append(end)), Enum.Parse<AnswerForm>(form), SampleJson.Shows, Plain);
        var buffer = new byte[1 << 16];
        var before = GC.GetAllocatedBytesForCurrentThread();
        long total = 0;
        while (await stream.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
        {
            total += count;
        }

        stream.Withheld.ShouldBe(Pairs);
        total.ShouldBeGreaterThan(Pairs * 2000L);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20_000_000);
    }

    [Fact]
    public async Task The_body_is_disposed_with_the_stream()
    {
        var inner = new ChunkedStream([JsonEvent("web1")]);
        var stream = FilteredBody.Create(inner, AnswerForm.JsonWatch, SampleJson.Shows, Plain);
        (await stream.ReadAsync(new byte[3], CancellationToken.None)).ShouldBe(3);

        await stream.DisposeAsync();

        inner.Disposed.ShouldBeTrue();
        await Should.ThrowAsync<ObjectDisposedException>(async () => _ = await stream.ReadAsync(new byte[3], CancellationToken.None));
    }

    [Fact]
    public async Task An_idle_watch_waits_with_a_read_into_nothing_and_no_buffer()
    {
        var inner = new ScriptedStream([.. new[] { JsonEvent("db1"), JsonEvent("web1"), JsonEvent("db2")[..20], JsonEvent("db2")[20..], JsonEvent("web2") }
            .Select<byte[], Func<Memory<byte>, Task<int>>>(e => b => ScriptedStream.Put(b, e))]);
        await using var stream = FilteredBody.Create(inner, AnswerForm.JsonWatch, SampleJson.Shows, Plain);

        (await ReadAsync(stream)).ShouldBe(JsonEvent("web1"));
        inner.EmptyReads.ShouldBe(2, "once before each event");
        (await ReadAsync(stream)).ShouldBe(JsonEvent("web2"));
        inner.EmptyReads.ShouldBe(4, "none within one");
        (await ReadAsync(stream)).ShouldBeEmpty();
        inner.EmptyReads.ShouldBe(5);
    }

    [Fact]
    public async Task A_buffer_that_is_still_written_into_comes_to_no_other_answer()
    {
        var last = new TaskCompletionSource<int>();
        var inner = new ScriptedStream(_ => last.Task);
        var stream = FilteredBody.Create(inner, AnswerForm.JsonWatch, SampleJson.Shows, Plain);
        var reading = stream.ReadAsync(new byte[100], CancellationToken.None).AsTask();
        stream.Dispose();

        Others().ShouldNotContain(a => ReferenceEquals(a, BehindOf(inner)));
        inner.Disposals.ShouldBe(1, "the read is ended by it");
        last.SetResult(await ScriptedStream.Put(inner.Buffer, JsonEvent("db1")));
        await Should.ThrowAsync<ObjectDisposedException>(reading);
    }

    [Fact]
    public void A_buffer_goes_back_when_nothing_is_in_it_and_with_the_stream()
    {
        var inner = new ScriptedStream(b => ScriptedStream.Put(b, JsonEvent("web1")), b => ScriptedStream.Put(b, JsonEvent("web2")));
        var stream = FilteredBody.Create(inner, AnswerForm.JsonWatch, SampleJson.Shows, Plain);
        stream.ReadAsync(new byte[4096]).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        Others().ShouldContain(a => ReferenceEquals(a, BehindOf(inner)));

        stream.ReadAsync(new byte[10]).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        Others().ShouldNotContain(a => ReferenceEquals(a, BehindOf(inner)), "the rest of the event is in it");
        stream.Dispose();
        stream.Dispose();
        var others = Others();
        others.Count(a => ReferenceEquals(a, BehindOf(inner))).ShouldBe(1);
    }

    [Fact]
    public async Task It_is_read_once_from_its_beginning_and_nothing_else()
    {
        var inner = new ScriptedStream(b => ScriptedStream.Put(b, JsonEvent("web1")));
        var stream = FilteredBody.Create(inner, AnswerForm.JsonWatch, SampleJson.Shows, Plain);
        (stream.CanRead, stream.CanSeek, stream.CanWrite).ShouldBe((true, false, false));
        Action[] none =
        [
            () => _ = stream.Length, () => _ = stream.Position, () => stream.Position = 0, () => stream.Seek(0, SeekOrigin.Begin), () => stream.SetLength(0),
            () => stream.Write([1], 0, 1), () => _ = stream.Read(new byte[1], 0, 1),
        ];
        foreach (var use in none)
        {
            Should.Throw<NotSupportedException>(use);
        }

        stream.Flush();
        var buffer = new byte[100];

        (await stream.ReadAsync(buffer, 10, 5, CancellationToken.None)).ShouldBe(5);
        buffer[..10].ShouldAllBe(b => b == 0);
        buffer[10..15].ShouldBe(JsonEvent("web1")[..5]);
        buffer[15..].ShouldAllBe(b => b == 0);
        stream.IsOver.ShouldBeFalse();
        await stream.DisposeAsync();
        inner.AsyncDisposals.ShouldBe(1);
        await stream.DisposeAsync();
        (inner.AsyncDisposals, stream.CanRead).ShouldBe((1, false));
    }

    private static byte[] BehindOf(ScriptedStream inner) => MemoryMarshal.TryGetArray<byte>(inner.Buffer, out var segment) ? segment.Array! : throw new InvalidOperationException();

    /// <summary>What others who want such buffers get, in this thread.</summary>
    private static List<byte[]> Others()
    {
        var all = Enumerable.Range(0, 3).Select(_ => ArrayPool<byte>.Shared.Rent(64 << 10)).ToList();
        all.AsEnumerable().Reverse().ToList().ForEach(a => ArrayPool<byte>.Shared.Return(a));
        return all;
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        var buffer = new byte[4096];
        return buffer[..await stream.ReadAsync(buffer, CancellationToken.None)];
    }

    private static byte[] JsonEvent(string name, string filler = "") =>
        Encoding.UTF8.GetBytes($$$"""{"type":"ADDED","object":{"metadata":{"name":"{{{name}}}"},"x":"{{{filler}}}"}}""" + "\n");

    private static byte[] Frame(string name) => ProtobufText.Parse($$"""frame { 1 "ADDED" 2 { 1 { k8s 2 { 1 { 1 "{{name}}" } } } } }""");

    private static string List(params string[] names) =>
        "{\"items\":[" + string.Join(',', names.Select(n => $"{{\"metadata\":{{\"name\":\"{n}\"}}}}")) + "]}";

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
