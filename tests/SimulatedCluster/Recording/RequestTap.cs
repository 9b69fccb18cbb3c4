using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Tidegate.Simulation.Recording;

/// <summary>
/// Stands between TLS and Kestrel's HTTP/1.1 parser and keeps the bytes that the parser has consumed. When a request reaches the
/// application, Kestrel has consumed exactly its head (and, before that, the end of an earlier body), so the head can be cut out.
/// Bytes are copied when they arrive, because Kestrel decodes paths in place.
/// </summary>
internal sealed class RequestTap(PipeReader inner) : PipeReader
{
    private const int Limit = 4 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> consumed = new();
    private byte[] arrived = [];
    private ReadOnlySequence<byte> current;
    private bool stopped;

    /// <summary>Cuts the head of the request that has just been parsed out of what was consumed, and forgets the rest.</summary>
    /// <returns>The head with its line ends, or an empty array if it is not there.</returns>
    public byte[] TakeHead(string method, string rawTarget)
    {
        lock (gate)
        {
            byte[] start = Encoding.Latin1.GetBytes($"{method} {rawTarget} HTTP/1.");
            int at = consumed.WrittenSpan.LastIndexOf(start);
            byte[] head = at < 0 ? [] : consumed.WrittenSpan[at..].ToArray();
            consumed.Clear();
            return head;
        }
    }

    /// <summary>Keeps nothing more: the connection now carries a stream.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
            arrived = [];
            consumed.Clear();
        }
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Remember(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        bool read = inner.TryRead(out result);
        if (read)
        {
            Remember(result);
        }

        return read;
    }

    public override void AdvanceTo(SequencePosition consumedTo) => AdvanceTo(consumedTo, consumedTo);

    public override void AdvanceTo(SequencePosition consumedTo, SequencePosition examined)
    {
        Keep(consumedTo);
        inner.AdvanceTo(consumedTo, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult Remember(ReadResult result)
    {
        current = result.Buffer;
        lock (gate)
        {
            // The buffer begins with what was there before and not consumed; of that the copy is kept.
            if (!stopped && current.Length > arrived.Length)
            {
                arrived = [.. arrived, .. current.Slice(arrived.Length).ToArray()];
            }
        }

        return result;
    }

    private void Keep(SequencePosition consumedTo)
    {
        lock (gate)
        {
            if (stopped)
            {
                return;
            }

            if (consumed.WrittenCount > Limit)
            {
                consumed.Clear();
            }

            int length = (int)current.Slice(current.Start, consumedTo).Length;
            consumed.Write(arrived.AsSpan(0, length));
            arrived = arrived[length..];
        }
    }
}
