using System.Net.Sockets;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>A connection whose bytes leave as slowly as a test wants.</summary>
public sealed class SlowStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Until this is over each byte of what is written leaves alone; null: everything leaves at once.</summary>
    public Task? Until { get; set; }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Until is { } until)
        {
            // Not on the pool, whose threads may all be busy for longer than the pauses may be.
            var left = await Task.Factory.StartNew(() => Trickle(buffer, until), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            buffer = buffer[^left..];
        }

        await base.WriteAsync(buffer, cancellationToken);
    }

    private int Trickle(ReadOnlyMemory<byte> buffer, Task until)
    {
        var left = buffer.Length;
        while (!until.IsCompleted && left > 1)
        {
            Socket.Send(buffer.Span.Slice(buffer.Length - left--, 1));
            Thread.Sleep(Pause);
        }

        return left;
    }
}
