using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Commands;

namespace Tidegate.Simulation.Streams;

/// <summary>
/// Exec and attach over a WebSocket: each message begins with its channel. <c>v5.channel.k8s.io</c> adds channel 255, by which the
/// client closes one of the others; with <c>v4</c> standard input cannot end.
/// </summary>
internal sealed class WebSocketSession : RemoteSession
{
    private const byte InputChannel = 0;
    private const byte OutputChannel = 1;
    private const byte ErrorChannel = 2;
    private const byte StatusChannel = 3;
    private const byte ResizeChannel = 4;
    private const byte CloseChannel = 255;
    private const string Version5 = "v5.channel.k8s.io";

    private readonly WebSocket socket;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Pipe input = new(new PipeOptions(useSynchronizationContext: false));

    private WebSocketSession(WebSocket socket, RemoteCommandOptions options, bool canClose, CancellationToken cancellationToken)
    {
        this.socket = socket;
        Io = new CommandIo(
            options.Input ? input.Reader.AsStream() : Stream.Null,
            options.Output ? new Channel(this, OutputChannel) : Stream.Null,
            options.Error ? new Channel(this, ErrorChannel) : Stream.Null);
        Gone = ReceiveAsync(canClose, cancellationToken);
    }

    public override CommandIo Io { get; }

    public override Task Gone { get; }

    public static async Task<WebSocketSession> AcceptAsync(HttpContext context, RemoteCommandOptions options, CancellationToken cancellationToken)
    {
        (WebSocket socket, string protocol) = await WebSocketHandshake.AcceptAsync(context, Version5, "v4.channel.k8s.io");
        return new WebSocketSession(socket, options, protocol == Version5, cancellationToken);
    }

    public override async Task FinishAsync(int exitCode, CancellationToken cancellationToken)
    {
        await SendAsync(StatusChannel, Status(exitCode), cancellationToken);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
    }

    public override ValueTask DisposeAsync()
    {
        socket.Dispose();
        writing.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync(bool canClose, CancellationToken cancellationToken)
    {
        ArraySegment<byte> buffer = new byte[64 * 1024];
        byte channel = 0;
        bool starts = true;
        try
        {
            while (true)
            {
                WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, cancellationToken);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                ReadOnlyMemory<byte> data = buffer.AsMemory(0, result.Count);
                if (starts && data.Length > 0)
                {
                    (channel, data) = (data.Span[0], data[1..]);
                }

                starts = result.EndOfMessage;
                await TakeAsync(channel, data, canClose, cancellationToken);
            }
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException)
        {
            // The client is gone without a close, or we leave: to the command it is the same end.
        }
        finally
        {
            await input.Writer.CompleteAsync();
        }
    }

    private async Task TakeAsync(byte channel, ReadOnlyMemory<byte> data, bool canClose, CancellationToken cancellationToken)
    {
        switch (channel)
        {
            case InputChannel when data.Length > 0:
                await input.Writer.WriteAsync(data, cancellationToken);
                break;
            case ResizeChannel when data.Length > 0:
                try
                {
                    Resize(JsonNode.Parse(data.Span));
                }
                catch (JsonException)
                {
                    // Without a size the terminal keeps the one it has.
                }

                break;
            case CloseChannel when canClose && data.Span is [InputChannel]:
                await input.Writer.CompleteAsync();
                break;
            default:
                break;
        }
    }

    private async Task SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync((byte[])[channel, .. data.Span], WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    private sealed class Channel(WebSocketSession session, byte number) : OneWayStream
    {
        private const int MaxMessage = 32 * 1024;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (int at = 0; at < buffer.Length; at += MaxMessage)
            {
                await session.SendAsync(number, buffer[at..Math.Min(at + MaxMessage, buffer.Length)], cancellationToken);
            }
        }
    }
}
