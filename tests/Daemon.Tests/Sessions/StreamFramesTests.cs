using CsCheck;
using Tidegate.Sessions;

namespace Tidegate.Tests.Sessions;

/// <summary>What is data and what is only a sign of life, and where a frame ends, however the bytes are cut.</summary>
public sealed class StreamFramesTests
{
    public static IEnumerable<object[]> Cases() => CaseTable.Read("Sessions/activity.tsv", 5).Select(c => new object[] { c });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tells_data_from_signs_of_life(string[] cells)
    {
        var (framing, bytes) = Read(cells);
        var frames = new StreamFrames(framing);

        frames.Advance(bytes, stopAtBoundary: false).ShouldBe(bytes.Length);

        frames.SawData().ShouldBe(cells[3] == "yes");
        frames.AtBoundary.ShouldBe(cells[4] == "yes");
        frames.SawData().ShouldBeFalse("it was told already");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_when_cut_at_any_byte(string[] cells)
    {
        var (framing, bytes) = Read(cells);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var frames = new StreamFrames(framing);
            frames.Advance(bytes.AsSpan(0, cut), stopAtBoundary: false).ShouldBe(cut);
            var first = frames.SawData();
            frames.Advance(bytes.AsSpan(cut), stopAtBoundary: false).ShouldBe(bytes.Length - cut);

            (first | frames.SawData()).ShouldBe(cells[3] == "yes", $"cut at {cut}");
            frames.AtBoundary.ShouldBe(cells[4] == "yes", $"cut at {cut}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_byte_by_byte(string[] cells)
    {
        var (framing, bytes) = Read(cells);
        var frames = new StreamFrames(framing);
        foreach (var b in bytes)
        {
            frames.Advance([b], stopAtBoundary: false).ShouldBe(1);
        }

        frames.SawData().ShouldBe(cells[3] == "yes");
        frames.AtBoundary.ShouldBe(cells[4] == "yes");
    }

    [Fact]
    public void Pings_of_any_length_and_mask_in_any_pieces_are_no_data_and_one_byte_of_data_among_them_is() =>
        Gen.Select(AnyFrame.Array[1, 20], Gen.Int[1, 9], Gen.Int[0, 1000]).Sample(
            (frames, pieces, seed) =>
            {
                var spdy = frames.SelectMany(f => f).ToArray();
                var expected = frames.Any(f => (f[0] & 0x80) == 0);
                var random = new Random(seed);
                var tunnelled = InMessages(spdy, pieces, random);
                return Saw(StreamFraming.Spdy, spdy, random) == expected && Saw(StreamFraming.SpdyInWebSocket, tunnelled, random) == expected;
            },
            iter: 2000);

    private static readonly Gen<byte[]> AnyFrame = Gen.Frequency(
        (9, Gen.Int[0, int.MaxValue].Select(id => (byte[])[0x80, 3, 0, 6, 0, 0, 0, 4, (byte)(id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id])),
        (1, Gen.Byte.Array[0, 300].Select(data => (byte[])[0, 0, 0, 1, 0, 0, (byte)(data.Length >> 8), (byte)data.Length, .. data])));

    /// <summary>As a client sends it: masked messages, with a ping of the WebSocket's own now and then.</summary>
    private static byte[] InMessages(byte[] bytes, int pieces, Random random)
    {
        var all = new List<byte>();
        for (var position = 0; position < bytes.Length;)
        {
            var length = Math.Min(random.Next(0, 1 + (bytes.Length / pieces)), bytes.Length - position);
            var mask = new byte[4];
            random.NextBytes(mask);
            all.Add(0x82);
            all.AddRange(length < 126 ? [(byte)(0x80 | length)] : [0xFE, (byte)(length >> 8), (byte)length]);
            all.AddRange(mask);
            all.AddRange(bytes.AsSpan(position, length).ToArray().Select((b, i) => (byte)(b ^ mask[i & 3])));
            all.AddRange(random.Next(4) == 0 ? [0x89, 0x82, 1, 2, 3, 4, 5, 6] : []);
            position += length;
        }

        return [.. all];
    }

    private static bool Saw(StreamFraming framing, byte[] bytes, Random random)
    {
        var frames = new StreamFrames(framing);
        for (var position = 0; position < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 40), bytes.Length - position);
            position += frames.Advance(bytes.AsSpan(position, length), stopAtBoundary: false);
        }

        frames.AtBoundary.ShouldBeTrue();
        return frames.SawData();
    }

    private static (StreamFraming Framing, byte[] Bytes) Read(string[] cells) =>
        (Enum.Parse<StreamFraming>(cells[1]), Convert.FromHexString(cells[2].Replace(" ", "", StringComparison.Ordinal)));
}
