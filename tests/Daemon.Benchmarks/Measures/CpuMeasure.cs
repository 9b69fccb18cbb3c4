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

        return
        [
            RowOf(measure, "CPU µs/request", windows, w => w.MicrosecondsEach, most),
            RowOf($"{measure}: rate at saturation", "requests/s", windows, w => w.PerSecond, null),
        ];
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
        return new(measure, unit, Median(Target.Direct), Median(Target.HAProxy), Median(Target.Gate), most, IsRatio: most is not null);

        double? Median(string name) =>
            windows.TryGetValue(name, out var found) ? found.Select(value).Order().ElementAt(found.Count / 2) : null;
    }

    private readonly record struct Window(double MicrosecondsEach, double PerSecond);
}
