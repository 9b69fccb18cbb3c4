using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tidegate.Load;

/// <summary>
/// Requests at a fixed rate. Each is due at a moment of its own, whether or not earlier ones were answered, and its latency counts from that
/// moment: a server that stands still for a second shows as slow requests and not as fewer of them.
/// </summary>
internal sealed class RequestLoad(GateClient client, LoadOptions options)
{
    private const int SamplesKept = 5;
    private readonly ConcurrentBag<double> latencies = [];
    private readonly ConcurrentDictionary<string, int> failures = new();
    private readonly ConcurrentQueue<string> samples = new();
    private int sent;

    /// <param name="started">Called once, when the first request was answered, or failed.</param>
    /// <param name="drained">Completes when every watch has ended.</param>
    public async Task RunAsync(Action started, Task drained)
    {
        if (options.Rate == 0)
        {
            started();
            await Task.Delay(options.Duration);
            await Task.WhenAny(drained, Task.Delay(options.UntilDrained));
            return;
        }

        await SendAsync(Stopwatch.GetTimestamp());
        started();
        List<Task> requests = [];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; ; i++)
        {
            var at = TimeSpan.FromSeconds((double)i / options.Rate);
            if (at >= options.Duration + (drained.IsCompleted ? TimeSpan.Zero : options.UntilDrained))
            {
                break;
            }

            var due = start + (long)(at.TotalSeconds * Stopwatch.Frequency);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } early)
            {
                await Task.Delay(early);
            }

            requests.Add(SendAsync(due));
        }

        await Task.WhenAll(requests);
    }

    public LoadReport Report()
    {
        var sorted = latencies.Order().ToArray();
        return new()
        {
            Sent = sent,
            Ok = sorted.Length,
            Failed = new(failures, StringComparer.Ordinal),
            LatencyMs = new(At(0.5), At(0.99), At(1)),
            Samples = [.. samples],
        };

        double At(double share) => sorted.Length == 0 ? 0 : Math.Round(sorted[(int)((sorted.Length - 1) * share)], 1);
    }

    private async Task SendAsync(long due)
    {
        Interlocked.Increment(ref sent);
        using var limit = new CancellationTokenSource(options.Timeout);
        try
        {
            using var answer = await client.GetAsync(options.Path, limit.Token);
            var body = await answer.Content.ReadAsStringAsync(limit.Token);
            if (answer.IsSuccessStatusCode)
            {
                latencies.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
                return;
            }

            Fail($"status {(int)answer.StatusCode}", body);
        }
        catch (Exception e) when (Failure.KindOf(e) is { } kind)
        {
            Fail(kind, Failure.Describe(e));
        }
    }

    private void Fail(string kind, string detail)
    {
        failures.AddOrUpdate(kind, 1, (_, count) => count + 1);
        if (samples.Count < SamplesKept)
        {
            samples.Enqueue($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {kind}: {detail}");
        }
    }
}
