using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;

namespace Tidegate.Benchmarks.Load;

/// <summary>
/// Threads that each send the next request when the last one is answered. Each runs a loop of one of the kinds below and calls
/// <c>done</c> for each answer; the first error stops all.
/// </summary>
internal sealed class ClosedLoop : IDisposable
{
    private readonly Thread[] threads;
    private readonly long[] counts;
    private volatile bool stopping;
    private volatile Exception? failure;

    private ClosedLoop(int count, Action<Func<bool>> run)
    {
        counts = new long[count * 16];
        threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() => Guard(run, i)) { IsBackground = true })];
        foreach (var thread in threads)
        {
            thread.Start();
        }
    }

    /// <summary>Answers so far.</summary>
    public long Count => failure is { } e ? throw new InvalidOperationException($"the load broke off: {e.Message}", e) : counts.Sum();

    /// <summary>Small or large answers over kept-alive HTTP/1.1 connections.</summary>
    public static ClosedLoop Http1(Target target, string path, int connections) => new(connections, done =>
    {
        using var client = new Http1Client(target, path);
        do
        {
            client.Get();
        }
        while (done());
        client.Close();
    });

    /// <summary>Small answers over HTTP/2 connections, several at once on each.</summary>
    public static ClosedLoop Http2(Target target, string path, int connections, int streams) => new(connections, done =>
    {
        using var client = new Http2Client(target, path);
        for (var i = 0; i < streams; i++)
        {
            client.Send();
        }

        for (var open = streams; open > 0;)
        {
            if (client.Read() == Http2Event.End)
            {
                if (done())
                {
                    client.Send();
                }
                else
                {
                    open--;
                }
            }
        }

        client.Close();
    });

    /// <summary>A new connection for each request.</summary>
    public static ClosedLoop Connect(Target target, int threads) => new(threads, done =>
    {
        do
        {
            using var client = new Http1Client(target, UpstreamServer.ObjectPath);
            client.Get();
            client.Close();
        }
        while (done());
    });

    public void Dispose()
    {
        stopping = true;
        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    private void Guard(Action<Func<bool>> run, int index)
    {
        try
        {
            run(() =>
            {
                // Sixteen longs apart: no two threads write to one cache line.
                counts[index * 16]++;
                return !stopping;
            });
        }
        catch (Exception e)
        {
            failure = e;
        }
    }
}
