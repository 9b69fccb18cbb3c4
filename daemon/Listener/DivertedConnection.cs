using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Tidegate.Listener;

/// <summary>A connection as the server to which it is diverted sees it. What that server notes about it stays with this object.</summary>
internal sealed class DivertedConnection(ConnectionContext inner) : ConnectionContext
{
    private readonly TaskCompletionSource served = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int requests;

    /// <summary>Over when the server has done with it.</summary>
    public Task Served => served.Task;

    /// <summary>Counts a request.</summary>
    /// <returns>How many there were, this one included.</returns>
    public int Count() => Interlocked.Increment(ref requests);

    public override string ConnectionId { get; set; } = inner.ConnectionId;

    public override IFeatureCollection Features { get; } = new FeatureCollection(inner.Features);

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; } = inner.Transport;

    public override EndPoint? LocalEndPoint { get; set; } = inner.LocalEndPoint;

    public override EndPoint? RemoteEndPoint { get; set; } = inner.RemoteEndPoint;

    public override CancellationToken ConnectionClosed { get; set; } = inner.ConnectionClosed;

    public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);

    public override ValueTask DisposeAsync()
    {
        served.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
