using Tidegate.Simulation.Spdy;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>SPDY/3 frames and header blocks against bytes that other implementations wrote.</summary>
public sealed class SpdyCodecTests
{
    /// <summary>Header blocks of one zlib stream with SPDY's dictionary, written by zlib at level 9 with a sync flush after each.</summary>
    private static readonly string[] ZlibBlocks = ["78f9e3c6a7c202a62346703a2b294a4dcc851625aca9a08006000000ffff", "c22a054ccc29f9a52500000000ffff", "c22907d409000000ffff"];

    [Fact]
    public void The_dictionary_is_the_one_that_its_checksum_names()
    {
        (uint a, uint b) = (1, 0);
        foreach (byte value in HeaderDictionary.Bytes)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        ((b << 16) | a).ShouldBe(HeaderDictionary.Id);
        HeaderDictionary.Bytes.Length.ShouldBe(1423);
    }

    [Fact]
    public void Blocks_of_another_zlib_are_read_in_one_stream()
    {
        using HeaderCompression compression = new();

        string[] types = [.. ZlibBlocks.Select(block => compression.Decode(Convert.FromHexString(block)).ShouldHaveSingleItem()).Select(h => $"{h.Key}={h.Value}")];

        types.ShouldBe(["streamtype=error", "streamtype=stdout", "streamtype=stderr"]);
    }

    [Fact]
    public void Own_blocks_are_read_back_and_names_are_lower_case()
    {
        using HeaderCompression writer = new();
        using HeaderCompression reader = new();
        for (int i = 0; i < 3; i++)
        {
            byte[] block = writer.Encode([KeyValuePair.Create("Port", $"{8000 + i}"), KeyValuePair.Create("requestID", $"{i}")]);
            reader.Decode(block).ShouldBe([KeyValuePair.Create("port", $"{8000 + i}"), KeyValuePair.Create("requestid", $"{i}")]);
        }
    }

    [Theory]
    [InlineData("00", "no zlib header")]
    [InlineData("78f900000000000000", "another dictionary")]
    [InlineData("789c63606060040000000000ffff", "ends early")]
    public void A_block_that_cannot_be_is_refused(string block, string reason)
    {
        using HeaderCompression compression = new();

        Should.Throw<InvalidDataException>(() => compression.Decode(Convert.FromHexString(block))).Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("8003000600000004 00000001", SpdyFrameType.Ping, 0, false)]
    [InlineData("8003000700000008 0000000500000000", SpdyFrameType.GoAway, 0, false)]
    [InlineData("8003000900000008 0000000100010000", SpdyFrameType.WindowUpdate, 0, false)]
    [InlineData("0000000301000003 616263", SpdyFrameType.Data, 3, true)]
    [InlineData("7fffffff00000000 ", SpdyFrameType.Data, int.MaxValue, false)]
    public async Task Frames_are_read_and_written_as_the_same_bytes(string hex, object type, int stream, bool fin)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        SpdyFrame frame = (await SpdyFrame.ReadAsync(new MemoryStream(bytes), CancellationToken.None)).ShouldNotBeNull();

        frame.Type.ShouldBe((SpdyFrameType)type);
        frame.StreamId.ShouldBe(stream);
        frame.IsFin.ShouldBe(fin);
        frame.ToBytes().ShouldBe(bytes);
    }

    [Fact]
    public async Task Another_version_is_refused()
    {
        byte[] version2 = Convert.FromHexString("800200060000000400000001");

        await Should.ThrowAsync<InvalidDataException>(() => SpdyFrame.ReadAsync(new MemoryStream(version2), CancellationToken.None));
    }

    [Fact]
    public async Task The_end_of_the_transport_is_no_frame() =>
        (await SpdyFrame.ReadAsync(new MemoryStream(), CancellationToken.None)).ShouldBeNull();
}
