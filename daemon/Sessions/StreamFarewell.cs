using System.Buffers.Binary;
using System.Text;

namespace Tidegate.Sessions;

/// <summary>
/// The last frames of a stream that the gate ends, so that the client learns of a close and of the reason: over WebSocket with the close, over SPDY on the error stream of
/// the command or of each forwarded connection, as the cluster itself would say it.
/// </summary>
/// <param name="errorText">What a text becomes on an error stream: up to version 3 of the protocol of commands, and for port-forwards, the text itself.</param>
internal sealed class StreamFarewell(StreamFraming framing, Func<string, byte[]> errorText)
{
    // RFC 6455, 7.4.1: "policy violation".
    private const ushort PolicyViolation = 1008;

    // RFC 6455, 5.5: a control frame holds at most 125 bytes, two of them the code.
    private const int MostReasonBytes = 123;

    private const byte Binary = 0x82;
    private const byte Closing = 0x88;
    private const byte Fin = 1;

    /// <summary>
    /// What is said within a SPDY session. Some time must pass before the close: kubectl leaves off reading when it hears of one.
    /// </summary>
    /// <param name="reason">For the person.</param>
    /// <param name="open">The streams that are open towards the client; empty where nothing may be said in the session.</param>
    public byte[] Words(string reason, IReadOnlyList<KeyValuePair<int, bool>> open) => framing switch
    {
        StreamFraming.Spdy when open.Count > 0 => Ending(reason, open),
        StreamFraming.SpdyInWebSocket when open.Count > 0 => Message(Ending(reason, open)),
        _ => [],
    };

    /// <summary>The close.</summary>
    public byte[] Close(string reason) => framing switch
    {
        StreamFraming.WebSocket or StreamFraming.SpdyInWebSocket => WebSocketClose(reason),
        StreamFraming.Spdy => SpdyGoAway(),
        _ => [],
    };

    /// <summary>The reason on each error stream, and the end of every stream: clients read what is left of the others before they look at the error.</summary>
    private byte[] Ending(string reason, IReadOnlyList<KeyValuePair<int, bool>> open)
    {
        var text = errorText(reason);
        return [.. open.OrderByDescending(s => s.Value).SelectMany(s => Data(s.Key, s.Value ? text : []))];
    }

    // SPDY/3.1, 2.2.2: a data frame with the flag that ends the stream.
    private static byte[] Data(int stream, byte[] data)
    {
        var frame = new byte[8 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, stream);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), (Fin << 24) | data.Length);
        data.CopyTo(frame, 8);
        return frame;
    }

    // RFC 6455, 5.2: a server's message, not masked.
    private static byte[] Message(byte[] data)
    {
        byte[] head = data.Length <= 125 ? [Binary, (byte)data.Length] : [Binary, 127, 0, 0, 0, 0, 0, 0, 0, 0];
        if (head.Length > 2)
        {
            BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(2), data.Length);
        }

        return [.. head, .. data];
    }

    private static byte[] WebSocketClose(string reason)
    {
        var text = Encoding.ASCII.GetBytes(reason);
        var length = Math.Min(text.Length, MostReasonBytes);
        var frame = new byte[4 + length];
        frame[0] = Closing;
        frame[1] = (byte)(2 + length);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), PolicyViolation);
        text.AsSpan(0, length).CopyTo(frame.AsSpan(4));
        return frame;
    }

    // SPDY/3.1, 2.6.6 GOAWAY: last-good-stream-id 0x7fffffff, status 0 (OK).
    private static byte[] SpdyGoAway() => [0x80, 0x03, 0x00, 0x07, 0x00, 0x00, 0x00, 0x08, 0x7F, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00];
}
