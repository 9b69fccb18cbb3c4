using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;

namespace Tidegate.Benchmarks.Load;

/// <summary>Reads a watch that ticks, and how long each measured event was on its way: from when the upstream wrote it until all of it was here.</summary>
internal sealed class TickingWatchClient(Target target, ListForm form)
{
    private readonly byte[] held = new byte[256 * 1024];
    private int length;
    private int events;

    /// <param name="warmUp">How many measured events pass before the first that counts.</param>
    /// <returns>Milliseconds, in the order of the events.</returns>
    public List<double> Run(int warmUp, int count)
    {
        using var client = new ChunkedClient(target, ManyPods.WatchPath, form.Accept);
        client.Begin();
        var found = new List<double>(count);
        while (found.Count < warmUp + count)
        {
            var piece = client.Next();
            if (piece.IsEmpty)
            {
                throw new EndOfStreamException("the watch ended");
            }

            piece.CopyTo(held.AsSpan(length));
            length += piece.Length;
            TakeEvents(found, Stopwatch.GetTimestamp());
        }

        return found[warmUp..];
    }

    private void TakeEvents(List<double> found, long now)
    {
        while (EventLength() is { } size)
        {
            if (++events > 100 + (4 * (found.Count + 1)))
            {
                throw new InvalidDataException("the events that should be measured do not come");
            }

            var marker = held.AsSpan(0, size).IndexOf(TickingWatch.Marker);
            if (marker >= 0)
            {
                Utf8Parser.TryParse(held.AsSpan(marker + TickingWatch.Marker.Length, TickingWatch.StampLength), out long sent, out _);
                found.Add(Stopwatch.GetElapsedTime(sent, now).TotalMilliseconds);
            }

            held.AsSpan(size, length - size).CopyTo(held);
            length -= size;
        }
    }

    /// <summary>Of the first event that is held; null when it is not all there.</summary>
    private int? EventLength()
    {
        var bytes = held.AsSpan(0, length);
        if (form != ListForm.Protobuf)
        {
            return bytes.IndexOf((byte)'\n') is >= 0 and var at ? at + 1 : null;
        }

        var size = length < 4 ? int.MaxValue : 4 + BinaryPrimitives.ReadInt32BigEndian(bytes);
        return size <= length ? size : null;
    }
}
