using System.Text.Json.Nodes;
using Tidegate.Simulation.Commands;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Streams;

/// <summary>The client's side of one exec or attach, over whichever transport it came.</summary>
internal abstract class RemoteSession : IAsyncDisposable
{
    private long size = Pack(new TerminalSize(80, 24));

    /// <summary>What the command reads and writes; an output that was not asked for goes nowhere.</summary>
    public abstract CommandIo Io { get; }

    /// <summary>Completes when the client has left.</summary>
    public abstract Task Gone { get; }

    public TerminalSize Size
    {
        get
        {
            long packed = Volatile.Read(ref size);
            return new TerminalSize((ushort)(packed >> 16), (ushort)packed);
        }
    }

    /// <summary>Sends the exit status on the error channel and closes the streams.</summary>
    public abstract Task FinishAsync(int exitCode, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    /// <summary>Takes a resize event: <c>{"Width":80,"Height":24}</c>.</summary>
    protected void Resize(JsonNode? json)
    {
        if (json.Number("Width") is { } width && json.Number("Height") is { } height)
        {
            Volatile.Write(ref size, Pack(new TerminalSize((ushort)width, (ushort)height)));
        }
    }

    /// <summary>The v4 status: success, or the exit code among the causes.</summary>
    protected static byte[] Status(int exitCode) => Json.Bytes(exitCode == 0
        ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" }
        : new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"command terminated with non-zero exit code: exit status {exitCode}",
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = $"{exitCode}" }) },
        });

    private static long Pack(TerminalSize value) => ((long)value.Width << 16) | value.Height;
}
