using System.Net.WebSockets;
using System.Text;
using Tidegate.Simulation.Pods;
using Tidegate.Simulation.Spdy;

namespace Tidegate.Simulation.Streams;

/// <summary>
/// Port-forward: SPDY streams in pairs of <c>error</c> and <c>data</c> with one <c>requestID</c>, on a SPDY/3.1 upgrade or tunnelled
/// in a WebSocket.
/// </summary>
internal sealed class PortForwardEndpoint
{
    private const string Protocol = "portforward.k8s.io";

    private int open;

    /// <summary>Connections being served now, not the streams in them.</summary>
    public int Open => Volatile.Read(ref open);

    /// <param name="closing">Ends the connection when cancelled.</param>
    public async Task AnswerAsync(HttpContext context, PodRuntime pod, CancellationToken closing)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing);
        if (Upgrade.IsWebSocket(context))
        {
            (WebSocket socket, _) = await WebSocketHandshake.AcceptAsync(context, "SPDY/3.1+" + Protocol);
            using (socket)
            {
                await ServeAsync(new WebSocketStream(socket), pod, end.Token);
                await CloseAsync(socket);
            }
        }
        else if (Upgrade.IsSpdy(context))
        {
            SpdyNegotiation.Choose(context, Protocol);
            await ServeAsync(await Upgrade.AcceptAsync(context, "SPDY/3.1"), pod, end.Token);
        }
        else
        {
            throw Upgrade.Required();
        }
    }

    private async Task ServeAsync(Stream transport, PodRuntime pod, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref open);
        using SpdyConnection connection = new(transport);
        try
        {
            Task running = connection.RunAsync(cancellationToken);
            Dictionary<string, SpdyStream> errors = [];
            List<Task> serving = [];
            await foreach (SpdyStream stream in connection.Accepted.ReadAllAsync(CancellationToken.None))
            {
                string request = stream.Header("requestid");
                if (stream.Header("streamtype") == "error")
                {
                    errors[request] = stream;
                }
                else if (errors.Remove(request, out SpdyStream? error))
                {
                    serving.Add(ServeStreamAsync(pod, stream, error, cancellationToken));
                }
            }

            await running;
            await Task.WhenAll(serving);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private static async Task ServeStreamAsync(PodRuntime pod, SpdyStream data, SpdyStream error, CancellationToken cancellationToken)
    {
        try
        {
            int port = int.TryParse(data.Header("port"), out int number) ? number : 0;
            if (!await PodPorts.TryServeAsync(pod, port, data, cancellationToken))
            {
                string message = $"error forwarding port {port} to pod {pod.Name}: dial tcp4 127.0.0.1:{port}: connect: connection refused";
                await error.WriteAsync(Encoding.UTF8.GetBytes(message), cancellationToken);
            }

            await data.CloseWriteAsync(cancellationToken);
            await error.CloseWriteAsync(cancellationToken);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            // The client or the cluster ended the connection in the middle.
        }
    }

    private static async Task CloseAsync(WebSocket socket)
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or InvalidOperationException)
        {
            // It is closed already, which is what was wanted.
        }
    }
}
