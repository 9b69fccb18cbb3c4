using Tidegate.Sessions;
using Tidegate.Values;

namespace Tidegate.Proxy;

/// <summary>
/// The stream that comes from the cluster, counted, and endable at any time: when the gate ends it (a revocation, an unregistered cluster,
/// a shutdown) the reader sees what was under way, a farewell frame on an upgraded stream, and then a clean end instead of an error.
/// Writing passes through, for upgraded streams, until the gate ends it. Data in either direction is told to the exchange's clock.
/// </summary>
internal sealed class EndableStream : ForwardOnlyStream
{
    // A cluster that stops in the middle of a frame must not keep a revoked stream open.
    private static readonly TimeSpan RestOfFrame = TimeSpan.FromMilliseconds(200);

    // A client of SPDY drops what it has not read when the connection ends; one that has read the last frames closes it by itself.
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromMilliseconds(700);

    private readonly Stream inner;
    private readonly StreamFarewell lastWords;
    private readonly ProxyExchange exchange;
    private readonly SpdyStreams? streams;
    private readonly SpdyReader? fromCluster;
    private readonly SpdyReader? fromClient;
    private readonly StreamFrames frames;
    private readonly StreamFrames written;
    // Never disposed: ending may be asked for at the moment when the stream closes by itself.
    private readonly CancellationTokenSource ending = new();
    private readonly Lock gate = new();
    private ITimer? rest;
    private CancellationTokenSource? link;
    private CancellationToken linkedTo;
    private string? endReason;
    private byte[]? farewell;
    private int farewellSent;
    private bool isClosing;

    public EndableStream(Stream inner, StreamFraming framing, StreamFarewell lastWords, ProxyExchange exchange)
    {
        this.inner = inner;
        this.lastWords = lastWords;
        this.exchange = exchange;
        if (framing is StreamFraming.Spdy or StreamFraming.SpdyInWebSocket)
        {
            streams = new();
            fromCluster = new(streams, fromClient: false);
            fromClient = new(streams, fromClient: true);
        }

        frames = new(framing, fromCluster);
        written = new(framing, fromClient);
    }

    /// <summary>How much longer than that of any stream its clean end may take: it has last words, and somebody may be reading them.</summary>
    public TimeSpan Goodbye => streams?.Open.Count > 0 ? LongestGoodbye - RestOfFrame : TimeSpan.Zero;

    public override bool CanRead => true;

    public override bool CanWrite => inner.CanWrite;

    /// <summary>Ends the stream at the next place where that is clean. Later calls change nothing.</summary>
    public void End(string reason)
    {
        lock (gate)
        {
            if (endReason is not null)
            {
                return;
            }

            endReason = reason;
            if (!frames.AtInnerBoundary)
            {
                rest = exchange.Time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), ending, RestOfFrame, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        // Not here and now: the caller may have thousands of streams to end, and this would finish them one after the other.
        _ = ending.CancelAsync();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var ended = Volatile.Read(ref endReason) is not null;
        if (farewell is not null || (ended && frames.AtInnerBoundary))
        {
            return await FarewellAsync(buffer, cancellationToken);
        }

        try
        {
            var read = await inner.ReadAsync(buffer, LinkedTo(cancellationToken));
            return Passed(buffer.Span[..read]) ?? await FarewellAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (
            ending.IsCancellationRequested && !cancellationToken.IsCancellationRequested && e is OperationCanceledException or IOException or HttpRequestException)
        {
            return await FarewellAsync(buffer, cancellationToken);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref endReason) is not null)
        {
            // What the client sends after that goes nowhere, however long it takes to read what came before.
            return ValueTask.CompletedTask;
        }

        exchange.Audit.BytesReceived += buffer.Length;
        written.Advance(buffer.Span, stopAtBoundary: false);
        NoteData(written);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            link?.Dispose();
            fromCluster?.Dispose();
            fromClient?.Dispose();
        }

        base.Dispose(disposing);
    }

    // The reader passes the same token each time, so that one link serves the stream's life.
    private CancellationToken LinkedTo(CancellationToken reader)
    {
        if (link is null || linkedTo != reader)
        {
            link?.Dispose();
            link = CancellationTokenSource.CreateLinkedTokenSource(reader, ending.Token);
            linkedTo = reader;
        }

        return link.Token;
    }

    /// <returns>How many of the bytes go on; null when the stream had to end before them.</returns>
    private int? Passed(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return 0;
        }

        lock (gate)
        {
            if (endReason is not null && frames.AtInnerBoundary)
            {
                return null;
            }

            var taken = frames.Advance(bytes, stopAtBoundary: endReason is not null);
            exchange.Audit.BytesSent += taken;
            NoteData(frames);
            return taken;
        }
    }

    private void NoteData(StreamFrames direction)
    {
        if (direction.SawData())
        {
            exchange.Clock?.Active();
        }
    }

    private async ValueTask<int> FarewellAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        farewell ??= frames.AtInnerBoundary ? lastWords.Words(endReason ?? "", streams?.Open ?? []) : [];
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (farewellSent == farewell.Length && !isClosing)
        {
            isClosing = true;
            if (farewell.Length > 0)
            {
                await Task.Delay(LongestGoodbye, exchange.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            farewell = frames.AtBoundary ? lastWords.Close(endReason ?? "") : [];
            farewellSent = 0;
        }

        var count = Math.Min(buffer.Length, farewell.Length - farewellSent);
        farewell.AsMemory(farewellSent, count).CopyTo(buffer);
        farewellSent += count;
        exchange.Audit.BytesSent += count;
        return count;
    }
}
