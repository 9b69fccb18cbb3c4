using System.Buffers.Binary;
using System.Text;

namespace Tidegate.Sessions;

/// <summary>The last frame of a stream that the gate ends, so that the client learns of a close and, over WebSocket, of the reason.</summary>
internal static class StreamFarewell
{
    // RFC 6455, 7.4.1: "policy violation".
    private const ushort PolicyViolation = 1008;

    // RFC 6455, 5.5: a control frame holds at most 125 bytes, two of them the code.
    private const int MostReasonBytes = 123;

    public static byte[] For(StreamFraming framing, string reason) => framing switch
    {
        StreamFraming.WebSocket or StreamFraming.SpdyInWebSocket => WebSocketClose(reason),
        StreamFraming.Spdy => SpdyGoAway(),
        _ => [],
    };

    private static byte[] WebSocketClose(string reason)
    {
        var text = Encoding.ASCII.GetBytes(reason);
        var length = Math.Min(text.Length, MostReasonBytes);
        var frame = new byte[4 + length];
        frame[0] = 0x88;
        frame[1] = (byte)(2 + length);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), PolicyViolation);
        text.AsSpan(0, length).CopyTo(frame.AsSpan(4));
        return frame;
    }

    // SPDY/3.1, 2.6.6 GOAWAY: last-good-stream-id 0x7fffffff, status 0 (OK).
    private static byte[] SpdyGoAway() => [0x80, 0x03, 0x00, 0x07, 0x00, 0x00, 0x00, 0x08, 0x7F, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00];
}
