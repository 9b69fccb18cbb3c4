using System.Diagnostics;
using System.Runtime.InteropServices;
using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;

namespace Tidegate.Benchmarks.Load;

/// <summary>
/// Requests at a fixed rate, whatever the answers do: each has its time, and a late answer to the one before counts as waiting. That the
/// client itself woke late does not.
/// </summary>
internal sealed class PacedLoad
{
    private const int Connections = 20;

    /// <returns>All latencies in milliseconds, ascending.</returns>
    public static double[] Run(Target target, int perSecond, TimeSpan duration)
    {
        var clients = Enumerable.Range(0, Connections).Select(_ => new Http1Client(target, UpstreamServer.ObjectPath)).ToArray();
        var results = new List<double>[Connections];
        var begin = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10);
        Exception? failure = null;
        var threads = clients.Select((client, i) => new Thread(() =>
        {
            try
            {
                results[i] = RunOne(client, begin, i, perSecond, duration);
            }
            catch (Exception e)
            {
                failure = e;
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Array.ForEach(clients, c => c.Close());
        return failure is null ? [.. results.SelectMany(r => r).Order()] : throw new InvalidOperationException($"the load broke off: {failure.Message}", failure);
    }

    private static List<double> RunOne(Http1Client client, long begin, int index, int perSecond, TimeSpan duration)
    {
        var latencies = new List<double>((int)(perSecond * duration.TotalSeconds / Connections) + 1);
        for (var n = index; ; n += Connections)
        {
            var due = begin + (Stopwatch.Frequency * n / perSecond);
            if (Stopwatch.GetElapsedTime(begin, due) > duration)
            {
                return latencies;
            }

            var sent = WaitUntil(due);
            client.Get();
            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }
    }

    /// <returns>When the request counts as sent.</returns>
    private static long WaitUntil(long due)
    {
        var left = (due - Stopwatch.GetTimestamp()) * 1_000_000 / Stopwatch.Frequency;
        if (left <= 0)
        {
            return due;
        }

        _ = Sleep((uint)left);
        return Stopwatch.GetTimestamp();
    }

    // Thread.Sleep knows whole milliseconds only.
    [DllImport("libc", EntryPoint = "usleep")]
    private static extern int Sleep(uint microseconds);
}
