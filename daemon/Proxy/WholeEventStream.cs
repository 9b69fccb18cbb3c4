using Tidegate.Filtering;
using Tidegate.Sessions;
using Tidegate.Values;

namespace Tidegate.Proxy;

/// <summary>
/// A watch as it comes from the cluster, event by event: the beginning of one is kept back until the rest is there, so that a cluster that breaks off within it ends the
/// watch after the last whole event. A client then goes on from the version that it saw last, as it does when its connection to an API server breaks, instead of
/// listing everything again.
/// </summary>
/// <param name="framing">Where events end.</param>
/// <param name="endsWithConnection">The body ends with the connection (no chunks), so that its end is no word of the cluster's that it was whole.</param>
/// <param name="brokenOff">Told when the cluster broke off and that became an end.</param>
internal sealed class WholeEventStream(Stream inner, StreamFraming framing, bool endsWithConnection, Action brokenOff) : ForwardOnlyStream
{
    /// <summary>
    /// The most that is kept back. Of a larger event what has come goes on at once, and a break within it stays an error: half an event must not look like a whole one.
    /// </summary>
    public const int MostKept = 256 << 10;

    private const int LeastRoom = 4 << 10;

    private readonly StreamFrames frames = new(framing);
    private byte[] kept = [];
    private int start;
    private int ready;
    private int end;
    private bool withinPassed;
    private bool isOver;

    public override bool CanRead => true;

    /// <summary>A read into nothing ends when there are bytes to read, or none will come.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (ready == start && !isOver)
        {
            var direct = start == end;
            var room = direct || buffer.IsEmpty ? buffer : Room();
            int read;
            try
            {
                read = await inner.ReadAsync(room, cancellationToken);
            }
            catch (Exception e) when (
                !withinPassed && !cancellationToken.IsCancellationRequested && e is IOException or HttpRequestException && e is not UnfilterableAnswerException)
            {
                BreakOff();
                break;
            }

            if (buffer.IsEmpty)
            {
                return 0;
            }

            if (read == 0)
            {
                End();
            }
            else if (direct && Arrived(buffer[..read]) is > 0 and var passed)
            {
                return passed;
            }
            else if (!direct)
            {
                Arrived(read);
            }
        }

        return Take(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Not into the pool: a read that was given up may still write into it.
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Bytes have come straight into the reader's buffer.</summary>
    /// <returns>How many of them go on; the others are kept.</returns>
    private int Arrived(Memory<byte> bytes)
    {
        var whole = frames.AdvanceWhole(bytes.Span);
        if (whole == bytes.Length || (whole == 0 && withinPassed))
        {
            withinPassed &= whole == 0;
            return bytes.Length;
        }

        withinPassed = false;
        var rest = bytes[whole..];
        end = 0;
        start = ready = 0;
        rest.CopyTo(Room(rest.Length));
        end = rest.Length;
        PassIfLarge();
        return whole;
    }

    /// <summary>Bytes have come behind those that are kept.</summary>
    private void Arrived(int count)
    {
        var whole = frames.AdvanceWhole(kept.AsSpan(end, count));
        ready = whole > 0 ? end + whole : ready;
        end += count;
        PassIfLarge();
    }

    private void PassIfLarge()
    {
        if (ready == start && end - start > MostKept)
        {
            ready = end;
            withinPassed = true;
        }
    }

    private Memory<byte> Room(int least = LeastRoom)
    {
        if (kept.Length - end < least)
        {
            Array.Resize(ref kept, Math.Max(2 * kept.Length, end + least));
        }

        return kept.AsMemory(end);
    }

    private int Take(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, ready - start);
        kept.AsMemory(start, count).CopyTo(buffer);
        start += count;
        if (start == ready)
        {
            // What is left is the beginning of an event; without one there is nothing to hold a buffer for.
            kept.AsSpan(start, end - start).CopyTo(kept);
            (start, ready, end) = (0, 0, end - start);
            kept = end == 0 ? [] : kept;
        }

        return count;
    }

    private void End()
    {
        if (endsWithConnection && end > start)
        {
            BreakOff();
            return;
        }

        isOver = true;
        ready = end;
    }

    private void BreakOff()
    {
        isOver = true;
        end = ready;
        brokenOff();
    }
}
