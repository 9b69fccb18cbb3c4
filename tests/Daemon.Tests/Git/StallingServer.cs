using System.Net;
using System.Net.Sockets;

namespace Tidegate.Tests.Git;

/// <summary>Accepts connections and never gives an answer: says nothing, or one byte of a header at a time.</summary>
internal sealed class StallingServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource hangup = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource end = new();
    private int arrivals;

    public StallingServer(bool trickles)
    {
        listener.Start();
        _ = AcceptAsync(trickles);
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/repo.git";

    /// <summary>The first request has come.</summary>
    public Task Arrival => arrival.Task;

    /// <summary>How many requests have come.</summary>
    public int Arrivals => Volatile.Read(ref arrivals);

    /// <summary>The first client has gone.</summary>
    public Task Hangup => hangup.Task;

    public void Dispose()
    {
        end.Cancel();
        listener.Stop();
        end.Dispose();
    }

    private async Task AcceptAsync(bool trickles)
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(end.Token);
            _ = HoldAsync(client, trickles);
        }
    }

    private async Task HoldAsync(TcpClient client, bool trickles)
    {
        using var owned = client;
        var stream = client.GetStream();
        try
        {
            await stream.ReadExactlyAsync(new byte[16], end.Token);
            Interlocked.Increment(ref arrivals);
            arrival.TrySetResult();
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nX-Slow: "u8.ToArray(), end.Token);
            using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (await beat.WaitForNextTickAsync(end.Token))
            {
                if (trickles)
                {
                    await stream.WriteAsync("x"u8.ToArray(), end.Token);
                }
            }
        }
        catch (IOException)
        {
            hangup.TrySetResult();
        }
    }
}
