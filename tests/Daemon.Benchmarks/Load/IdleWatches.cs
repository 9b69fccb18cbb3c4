using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;

namespace Tidegate.Benchmarks.Load;

/// <summary>Open watches on which nothing happens.</summary>
internal sealed class IdleWatches : IDisposable
{
    /// <summary>Over HTTP/2 the watches of one program share a connection, as client-go's informers do.</summary>
    public const int PerHttp2Connection = 50;

    private const int Threads = 8;

    private readonly List<IDisposable> open = [];
    private readonly Timer? keeper;

    private IdleWatches(int jobs, Func<IDisposable> job)
    {
        var left = jobs;
        Exception? failure = null;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            try
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    var opened = job();
                    lock (open)
                    {
                        open.Add(opened);
                    }
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        if (failure is not null)
        {
            Dispose();
            throw new InvalidOperationException($"the watches could not be opened: {failure.Message}", failure);
        }

        keeper = new(_ => AnswerPings(), null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
    }

    public static IdleWatches OverHttp1(Target target, int count) => new(count, () =>
    {
        var client = new Http1Client(target, UpstreamServer.WatchPath);
        client.Watch();
        return client;
    });

    public static IdleWatches OverHttp2(Target target, int count) => new(count / PerHttp2Connection, () =>
    {
        var client = new Http2Client(target, UpstreamServer.WatchPath);
        for (var i = 0; i < PerHttp2Connection; i++)
        {
            client.Send();
        }

        for (var events = 0; events < PerHttp2Connection;)
        {
            events += client.Read() == Http2Event.Data ? 1 : 0;
        }

        return client;
    });

    public void Dispose()
    {
        keeper?.Dispose();
        lock (open)
        {
            open.ForEach(o => o.Dispose());
            open.Clear();
        }
    }

    private void AnswerPings()
    {
        lock (open)
        {
            foreach (var client in open.OfType<Http2Client>().Where(c => c.HasNews))
            {
                client.Read();
            }
        }
    }
}
