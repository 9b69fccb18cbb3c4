using System.Net.WebSockets;
using System.Text;
using Tidegate.Simulation.Pods;
using Tidegate.Simulation.Spdy;

namespace Tidegate.Simulation.Streams;

/// <summary>
/// Port-forward: SPDY streams in pairs of <c>error</c> and <c>data</c> with one <c>requestID</c>, on a SPDY/3.1 upgrade or tunnelled
/// in a WebSocket.
/// </summary>
internal sealed class PortForwardEndpoint(TimeProvider time)
{
    private const string Protocol = "portforward.k8s.io";

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private int open;

    /// <summary>Connections being served now, not the streams in them.</summary>
    public int Open => Volatile.Read(ref open);

    /// <param name="closing">Ends the connection with GOAWAY when cancelled.</param>
    public async Task AnswerAsync(HttpContext context, PodRuntime pod, CancellationToken closing)
    {
        if (Upgrade.IsWebSocket(context))
        {
            (WebSocket socket, _) = await WebSocketHandshake.AcceptAsync(context, "SPDY/3.1+" + Protocol);
            using (socket)
            {
                await ServeAsync(new WebSocketStream(socket), pod, context.RequestAborted, closing);
                await CloseAsync(socket);
            }
        }
        else if (Upgrade.IsSpdy(context))
        {
            SpdyNegotiation.Choose(context, Protocol);
            await ServeAsync(await Upgrade.AcceptAsync(context, "SPDY/3.1"), pod, context.RequestAborted, closing);
        }
        else
        {
            throw Upgrade.Required();
        }
    }

    private async Task ServeAsync(Stream transport, PodRuntime pod, CancellationToken aborted, CancellationToken closing)
    {
        Interlocked.Increment(ref open);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(aborted, closing);
        using SpdyConnection connection = new(transport);
        Task running = connection.RunAsync(aborted);
        List<Task> serving = [];
        try
        {
            await PairAsync(connection, (data, error) => serving.Add(ServeStreamAsync(pod, data, error, end.Token)), end.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            await connection.GoAwayAsync(aborted);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(serving);
            Interlocked.Decrement(ref open);
        }

        await Task.WhenAny(running, Task.Delay(Farewell, time, aborted));
    }

    /// <summary>Hands on each data stream with the error stream of the same request, until the connection ends.</summary>
    private static async Task PairAsync(SpdyConnection connection, Action<SpdyStream, SpdyStream> serve, CancellationToken cancellationToken)
    {
        Dictionary<string, SpdyStream> errors = [];
        await foreach (SpdyStream stream in connection.Accepted.ReadAllAsync(cancellationToken))
        {
            string request = stream.Header("requestid");
            if (stream.Header("streamtype") == "error")
            {
                errors[request] = stream;
            }
            else if (errors.Remove(request, out SpdyStream? error))
            {
                serve(stream, error);
            }
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
