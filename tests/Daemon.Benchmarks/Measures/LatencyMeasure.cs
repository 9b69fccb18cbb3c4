using Tidegate.Benchmarks.Load;
using Tidegate.Benchmarks.Programs;

namespace Tidegate.Benchmarks.Measures;

/// <summary>What a program adds to the latency of a small GET at 500 requests a second, and what that costs it.</summary>
internal sealed class LatencyMeasure(BenchmarkOptions options)
{
    private const int PerSecond = 500;
    private const double MostAddedMedian = 0.5;

    public IReadOnlyList<Row> Run(IReadOnlyList<Target> targets)
    {
        var latencies = new Dictionary<string, double[]>();
        var cpu = new Dictionary<string, double>();
        foreach (var target in targets)
        {
            _ = PacedLoad.Run(target, PerSecond, options.FirstWarmUp);
            var before = ProcessUsage.CpuSeconds(target.ProcessId);
            var sorted = PacedLoad.Run(target, PerSecond, options.LatencyWindow);
            cpu[target.Name] = (ProcessUsage.CpuSeconds(target.ProcessId) - before) * 1e6 / sorted.Length;
            latencies[target.Name] = sorted;
            Console.Error.WriteLine($"  latency: {target.Name} {At(sorted, 0.5):0.00} {At(sorted, 0.95):0.00} {At(sorted, 0.99):0.00} ms");
        }

        var rows = new List<Row>();
        foreach (var (name, quantile) in new[] { ("p50", 0.5), ("p95", 0.95), ("p99", 0.99) })
        {
            var direct = Of(latencies, Target.Direct) is { } own ? At(own, quantile) : (double?)null;
            rows.Add(new(
                $"added latency at {PerSecond} requests/s, {name} (direct: the whole)",
                "ms",
                direct,
                Of(latencies, Target.HAProxy) is { } proxy ? At(proxy, quantile) - direct : null,
                Of(latencies, Target.Gate) is { } gate ? At(gate, quantile) - direct : null,
                name == "p50" ? MostAddedMedian : null));
        }

        rows.Add(new($"small GET at {PerSecond} requests/s", "CPU µs/request", CpuOf(Target.Direct), CpuOf(Target.HAProxy), CpuOf(Target.Gate)));
        return rows;

        double? CpuOf(string name) => cpu.TryGetValue(name, out var value) ? value : null;
    }

    private static double[]? Of(Dictionary<string, double[]> latencies, string name) => latencies.GetValueOrDefault(name);

    private static double At(double[] sorted, double quantile) => sorted[(int)(quantile * (sorted.Length - 1))];
}
