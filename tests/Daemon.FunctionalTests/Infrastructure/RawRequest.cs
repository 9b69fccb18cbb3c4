using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>One request exactly as it arrived, and the stream to answer on.</summary>
public sealed class RawRequest(string head, Stream stream, CancellationToken stopping)
{
    // The answer's own write may still be completing when the test, which saw its bytes arrive, writes more. No handle, so nothing to dispose.
    private readonly SemaphoreSlim writing = new(1);

    /// <summary>Request line and header lines with their line ends.</summary>
    public string Head { get; } = head;

    public string RequestLine => Head[..Head.IndexOf('\r', StringComparison.Ordinal)];

    /// <summary>Header lines in order, as they were written.</summary>
    public IReadOnlyList<string> Lines => Head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];

    /// <summary>The body, chunked encoding removed.</summary>
    public byte[] Body { get; private set; } = [];

    /// <summary>Which of the upstream's connections it came on, from 1.</summary>
    public int Connection { get; init; }

    /// <summary>What the stream runs over.</summary>
    public Socket Socket { get; init; } = null!;

    /// <summary>The raw stream, for upgraded connections.</summary>
    public Stream Stream => stream;

    /// <summary>Cancelled when the test ends.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>The values of all lines with this name, any case.</summary>
    public IReadOnlyList<string> Values(string name) =>
        [.. Lines.Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(l => l[(name.Length + 1)..].Trim())];

    public Task WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task WriteAsync(byte[] bytes)
    {
        await writing.WaitAsync(stopping);
        try
        {
            await stream.WriteAsync(bytes, stopping);
            await stream.FlushAsync(stopping);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Ends the connection with a reset of TCP.</summary>
    public void Reset()
    {
        Socket.LingerState = new(true, 0);
        Socket.Close();
    }

    /// <summary>
    /// From now on the kernel drops whatever comes in on the connection, as if the network had: nothing is read and nothing acknowledged. A filter (socket(7), SO_ATTACH_FILTER) that keeps no byte of
    /// any packet, which needs no privilege.
    /// </summary>
    public void FallSilent()
    {
        const int SolSocket = 1, SoAttachFilter = 26;
        byte[] dropAll = [0x06, 0, 0, 0, 0, 0, 0, 0];
        var pinned = GCHandle.Alloc(dropAll, GCHandleType.Pinned);
        try
        {
            var program = new byte[16];
            program[0] = 1;
            BitConverter.TryWriteBytes(program.AsSpan(8), pinned.AddrOfPinnedObject());
            Socket.SetRawSocketOption(SolSocket, SoAttachFilter, program);
        }
        finally
        {
            pinned.Free();
        }
    }

    /// <summary>Never answers: returns when the test ends or the peer closes.</summary>
    public async Task HoldAsync()
    {
        var buffer = new byte[1024];
        while (await stream.ReadAsync(buffer, stopping) > 0)
        {
        }
    }

    /// <summary>Leaves the stream to the test: returns when the test ends.</summary>
    public Task ParkAsync() => new TaskCompletionSource().Task.WaitAsync(stopping);

    /// <summary>Writes one chunk of a chunked answer.</summary>
    public Task WriteChunkAsync(string text) => WriteAsync($"{Encoding.Latin1.GetByteCount(text):x}\r\n{text}\r\n");

    /// <summary>Reads from an upgraded stream exactly this many bytes.</summary>
    public async Task<string> ReadTextAsync(int bytes)
    {
        var buffer = new byte[bytes];
        await stream.ReadExactlyAsync(buffer, stopping);
        return Encoding.Latin1.GetString(buffer);
    }

    internal async Task ReadBodyAsync()
    {
        if (Values("Upgrade").Count > 0)
        {
            return;
        }

        if (Values("Content-Length") is [var length])
        {
            Body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(Body, stopping);
        }
        else if (Values("Transfer-Encoding").Count > 0)
        {
            Body = await ReadChunksAsync();
        }
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new MemoryStream();
        while (true)
        {
            var size = int.Parse(await ReadLineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var chunk = new byte[size];
            await stream.ReadExactlyAsync(chunk, stopping);
            await ReadLineAsync();
            if (size == 0)
            {
                return body.ToArray();
            }

            body.Write(chunk);
        }
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one, stopping);
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }
    }
}
