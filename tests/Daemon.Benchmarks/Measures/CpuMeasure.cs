using System.Diagnostics;
using Tidegate.Benchmarks.Load;
using Tidegate.Benchmarks.Programs;

namespace Tidegate.Benchmarks.Measures;

/// <summary>CPU time of a program per request under a load that keeps it busy; the median of several windows, in turn with the other programs.</summary>
internal sealed class CpuMeasure(BenchmarkOptions options)
{
    /// <summary>Microseconds per request.</summary>
    public IReadOnlyList<Row> Run(string measure, IReadOnlyList<Target> targets, Func<Target, ClosedLoop> load, double most)
    {
        var windows = Windows(measure, targets, load);
        return
        [
            RowOf(measure, "CPU µs/request", windows, w => w.MicrosecondsEach, most),
            RowOf($"{measure}: rate at saturation", "requests/s", windows, w => w.PerSecond, null),
        ];
    }

    /// <returns>Microseconds per request, for each target's name.</returns>
    public IReadOnlyDictionary<string, double> Medians(string measure, IReadOnlyList<Target> targets, Func<Target, ClosedLoop> load) =>
        Windows(measure, targets, load).ToDictionary(w => w.Key, w => Median(w.Value.Select(v => v.MicrosecondsEach)));

    private Dictionary<string, List<Window>> Windows(string measure, IReadOnlyList<Target> targets, Func<Target, ClosedLoop> load)
    {
        var windows = targets.ToDictionary(t => t.Name, _ => new List<Window>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var target in targets)
            {
                var window = RunWindow(target, load, round == 0 ? options.FirstWarmUp : options.WarmUp);
                windows[target.Name].Add(window);
                Console.Error.WriteLine($"  {measure}: {target.Name} {window.MicrosecondsEach:0.0} µs, {window.PerSecond:0}/s");
            }
        }

        return windows;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private Window RunWindow(Target target, Func<Target, ClosedLoop> load, TimeSpan warmUp)
    {
        using var running = load(target);
        Thread.Sleep(warmUp);
        var (count, cpu, began) = (running.Count, ProcessUsage.CpuSeconds(target.ProcessId), Stopwatch.GetTimestamp());
        Thread.Sleep(options.Window);
        var requests = running.Count - count;
        var used = ProcessUsage.CpuSeconds(target.ProcessId) - cpu;
        return new(used * 1e6 / requests, requests / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private static Row RowOf(
        string measure, string unit, Dictionary<string, List<Window>> windows, Func<Window, double> value, double? most)
    {
        return new(measure, unit, Of(Target.Direct), Of(Target.HAProxy), Of(Target.Gate), most, IsRatio: most is not null);

        double? Of(string name) => windows.TryGetValue(name, out var found) ? Median(found.Select(value)) : null;
    }

    private readonly record struct Window(double MicrosecondsEach, double PerSecond);
}
