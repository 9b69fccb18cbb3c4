using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Tidegate.Simulation.Spdy;

/// <summary>
/// The server's end of a SPDY/3.1 connection as Kubernetes uses it: the client opens streams, the server answers each with an
/// empty SYN_REPLY. Like moby/spdystream, which every Kubernetes client and kubelet speaks, it neither waits for WINDOW_UPDATE nor
/// sends one.
/// </summary>
internal sealed class SpdyConnection(Stream transport) : IDisposable
{
    private readonly HeaderCompression compression = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ConcurrentDictionary<int, SpdyStream> streams = new();
    private readonly Channel<SpdyStream> accepted = Channel.CreateUnbounded<SpdyStream>();
    private int lastStream;

    /// <summary>The streams that the client opens, in order; completes with the connection.</summary>
    public ChannelReader<SpdyStream> Accepted => accepted.Reader;

    /// <summary>Serves frames until the client says GOAWAY or the transport ends.</summary>
    /// <exception cref="InvalidDataException">The peer does not speak SPDY/3.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await SpdyFrame.ReadAsync(transport, cancellationToken) is { } frame && await HandleAsync(frame, cancellationToken))
            {
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer is gone without GOAWAY, or we leave: to the streams it is the same end.
        }
        finally
        {
            accepted.Writer.TryComplete();
            foreach (SpdyStream stream in streams.Values)
            {
                stream.Break();
            }
        }
    }

    public async Task SendAsync(SpdyFrame frame, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await transport.WriteAsync(frame.ToBytes(), cancellationToken);
            await transport.FlushAsync(cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    public Task GoAwayAsync(CancellationToken cancellationToken) =>
        SendAsync(SpdyFrame.Control(SpdyFrameType.GoAway, 0, [lastStream, 0]), cancellationToken);

    public void Dispose()
    {
        compression.Dispose();
        writing.Dispose();
    }

    /// <returns>Whether to go on.</returns>
    private async Task<bool> HandleAsync(SpdyFrame frame, CancellationToken cancellationToken)
    {
        switch (frame.Type)
        {
            case SpdyFrameType.Data when streams.TryGetValue(frame.StreamId, out SpdyStream? stream):
                await stream.ReceiveAsync(frame.Payload, frame.IsFin, cancellationToken);
                return true;
            case SpdyFrameType.Data:
                const int InvalidStream = 2;
                await SendAsync(SpdyFrame.Control(SpdyFrameType.RstStream, 0, [frame.StreamId, InvalidStream]), cancellationToken);
                return true;
            case SpdyFrameType.SynStream:
                await AcceptAsync(frame, cancellationToken);
                return true;
            case SpdyFrameType.RstStream when streams.TryRemove(frame.NumberAt(0), out SpdyStream? reset):
                reset.Break();
                return true;
            case SpdyFrameType.Headers:
                // Nothing in Kubernetes sends more headers, but skipping a block would desynchronise the compression.
                compression.Decode(frame.Payload.AsSpan(4));
                return true;
            case SpdyFrameType.Ping when frame.NumberAt(0) % 2 == 1:
                await SendAsync(frame, cancellationToken);
                return true;
            case SpdyFrameType.GoAway:
                return false;
            default:
                // SETTINGS, WINDOW_UPDATE and answers to our own pings ask for nothing.
                return true;
        }
    }

    private async Task AcceptAsync(SpdyFrame frame, CancellationToken cancellationToken)
    {
        const int FixedPart = 10;
        int id = frame.NumberAt(0);
        SpdyStream stream = new(this, id, compression.Decode(frame.Payload.AsSpan(FixedPart)));
        streams[id] = stream;
        lastStream = id;
        await SendReplyAsync(id, cancellationToken);
        if (frame.IsFin)
        {
            stream.Break();
        }

        await accepted.Writer.WriteAsync(stream, cancellationToken);
    }

    private async Task SendReplyAsync(int id, CancellationToken cancellationToken)
    {
        // Only the read loop writes header blocks, so their order on the wire is the order of compression.
        byte[] block = compression.Encode([]);
        await SendAsync(SpdyFrame.Control(SpdyFrameType.SynReply, 0, [id], block), cancellationToken);
    }
}
