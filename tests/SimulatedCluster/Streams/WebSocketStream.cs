using System.Net.WebSockets;
using Tidegate.Simulation.Commands;

namespace Tidegate.Simulation.Streams;

/// <summary>A byte stream in the binary messages of a WebSocket, whose bounds mean nothing: the tunnel of KEP-4006.</summary>
internal sealed class WebSocketStream(WebSocket socket) : OneWayStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ValueWebSocketReceiveResult result;
            try
            {
                result = await socket.ReceiveAsync(buffer, cancellationToken);
            }
            catch (WebSocketException error)
            {
                throw new IOException("The WebSocket broke off.", error);
            }

            if (result.MessageType == WebSocketMessageType.Close)
            {
                return 0;
            }

            if (result.Count > 0)
            {
                return result.Count;
            }
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        socket.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
}
