using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Commands;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Spdy;

namespace Tidegate.Simulation.Streams;

/// <summary>Exec and attach over SPDY/3.1 with <c>v4.channel.k8s.io</c>: one stream each, told apart by their <c>streamtype</c> header.</summary>
internal sealed class SpdySession : RemoteSession
{
    private const string Protocol = "v4.channel.k8s.io";

    private static readonly TimeSpan StreamsTimeout = TimeSpan.FromSeconds(30);

    private readonly SpdyConnection connection;
    private readonly Dictionary<string, SpdyStream> streams = [];
    private CommandIo? io;

    private SpdySession(SpdyConnection connection, Task gone) => (this.connection, Gone) = (connection, gone);

    public override CommandIo Io => io!;

    public override Task Gone { get; }

    /// <exception cref="ApiException">403 if the client speaks no protocol that is supported.</exception>
    public static async Task<SpdySession> AcceptAsync(HttpContext context, RemoteCommandOptions options, CancellationToken cancellationToken)
    {
        SpdyNegotiation.Choose(context, Protocol);
        Stream transport = await Upgrade.AcceptAsync(context, "SPDY/3.1");
        SpdyConnection connection = new(transport);
        SpdySession session = new(connection, connection.RunAsync(cancellationToken));
        await session.CollectAsync(options, cancellationToken);
        return session;
    }

    public override async Task FinishAsync(int exitCode, CancellationToken cancellationToken)
    {
        await streams["error"].WriteAsync(Status(exitCode), cancellationToken);
        foreach (SpdyStream stream in streams.Values)
        {
            await stream.CloseWriteAsync(cancellationToken);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (SpdyStream stream in streams.Values)
        {
            await stream.DisposeAsync();
        }

        connection.Dispose();
    }

    private async Task CollectAsync(RemoteCommandOptions options, CancellationToken cancellationToken)
    {
        List<string> awaited = ["error"];
        awaited.AddRange(options.Input ? ["stdin"] : []);
        awaited.AddRange(options.Output ? ["stdout"] : []);
        awaited.AddRange(options.Error ? ["stderr"] : []);
        awaited.AddRange(options.Terminal ? ["resize"] : []);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StreamsTimeout);
        while (awaited.Count > 0)
        {
            SpdyStream stream = await connection.Accepted.ReadAsync(limit.Token);
            string type = stream.Header("streamtype");
            awaited.Remove(type);
            streams[type] = stream;
        }

        Stream Of(string type) => streams.TryGetValue(type, out SpdyStream? stream) ? stream : Stream.Null;
        io = new CommandIo(Of("stdin"), Of("stdout"), Of("stderr"));
        if (streams.TryGetValue("resize", out SpdyStream? resize))
        {
            _ = ReadSizesAsync(resize, cancellationToken);
        }
    }

    private async Task ReadSizesAsync(SpdyStream resize, CancellationToken cancellationToken)
    {
        try
        {
            // The client writes one JSON object a line.
            using StreamReader reader = new(resize, Encoding.UTF8, leaveOpen: true);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                Resize(JsonNode.Parse(line));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or JsonException or IOException)
        {
            // Without sizes the terminal keeps the one it has.
        }
    }
}
