using System.Buffers.Binary;

namespace Tidegate.Sessions;

/// <summary>
/// The streams of one SPDY/3.1 session that the cluster may still write to, and which of them carry errors. Both directions of the session tell it what they see, each
/// from its own thread.
/// </summary>
internal sealed class SpdyStreams
{
    // A port-forward has two for each connection through it. Beyond this the session is followed no more, and ends without a word.
    private const int MostStreams = 2000;

    private readonly Lock gate = new();
    private readonly Dictionary<int, bool> open = [];
    private bool isLost;

    /// <summary>Those open, in the order of their numbers; true: it is an error stream.</summary>
    public IReadOnlyList<KeyValuePair<int, bool>> Open
    {
        get
        {
            lock (gate)
            {
                return [.. open.OrderBy(s => s.Key)];
            }
        }
    }

    public void Opened(int id, bool carriesErrors)
    {
        lock (gate)
        {
            if (!isLost)
            {
                open[id] = carriesErrors;
            }

            if (open.Count > MostStreams)
            {
                Forget();
            }
        }
    }

    public void Closed(int id)
    {
        lock (gate)
        {
            open.Remove(id);
        }
    }

    /// <summary>Nobody knows any more which stream is which.</summary>
    public void Lost()
    {
        lock (gate)
        {
            Forget();
        }
    }

    private void Forget()
    {
        isLost = true;
        open.Clear();
    }
}

/// <summary>Reads, from the frames of one direction of a SPDY/3.1 session, which streams open and close.</summary>
/// <remarks>Sources: SPDY protocol draft 3.1, 2.6.1 to 2.6.3; <c>k8s.io/api/core/v1</c> (StreamType), whose name the library for SPDY writes in lower case.</remarks>
internal sealed class SpdyReader(SpdyStreams streams, bool fromClient) : IDisposable
{
    private const int SynStream = 1;
    private const int SynReply = 2;
    private const int RstStream = 3;
    private const int Headers = 8;
    private const byte Fin = 1;
    private const int LargestFrame = 64 << 10;

    private readonly MemoryStream payload = new();
    private SpdyHeaders? headers;
    private int type;
    private byte flags;

    /// <summary>Whether the payload of the frame whose header was read last is wanted.</summary>
    public bool WantsPayload { get; private set; }

    /// <param name="header">The eight bytes before a frame's payload.</param>
    public void Begin(ReadOnlySpan<byte> header)
    {
        var isControl = (header[0] & 0x80) != 0;
        type = isControl ? BinaryPrimitives.ReadUInt16BigEndian(header[2..]) : 0;
        flags = header[4];
        payload.SetLength(0);
        WantsPayload = isControl && (type == RstStream || (fromClient ? type is SynStream or Headers : type == SynReply));
        if (!isControl && !fromClient && (flags & Fin) != 0)
        {
            streams.Closed(BinaryPrimitives.ReadInt32BigEndian(header));
        }
    }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (payload.Length + bytes.Length > LargestFrame)
        {
            streams.Lost();
            WantsPayload = false;
            return;
        }

        payload.Write(bytes);
    }

    /// <summary>The payload is whole.</summary>
    public void End()
    {
        if (!WantsPayload)
        {
            return;
        }

        WantsPayload = false;
        try
        {
            Read(payload.GetBuffer().AsSpan(0, (int)payload.Length));
        }
        catch (InvalidDataException)
        {
            streams.Lost();
        }
    }

    public void Dispose()
    {
        headers?.Dispose();
        payload.Dispose();
    }

    private void Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 4)
        {
            throw new InvalidDataException("a frame is too short");
        }

        var id = BinaryPrimitives.ReadInt32BigEndian(frame) & int.MaxValue;
        switch (type)
        {
            case SynStream when frame.Length >= 10:
                streams.Opened(id, (headers ??= new()).Find(frame[10..], "streamtype") == "error");
                break;
            case Headers:
                (headers ??= new()).Find(frame[4..], "streamtype");
                break;
            case RstStream:
            case SynReply when (flags & Fin) != 0:
                streams.Closed(id);
                break;
        }
    }
}
