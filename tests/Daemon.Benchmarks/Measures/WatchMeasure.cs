using Tidegate.Benchmarks.Load;
using Tidegate.Benchmarks.Programs;

namespace Tidegate.Benchmarks.Measures;

/// <summary>
/// Memory of a program per open watch, for each number a freshly started program. Counted from after a few requests and watches, which
/// load the program's code; nobody tells it to collect its garbage.
/// </summary>
internal sealed class WatchMeasure(BenchmarkOptions options, Launcher launcher)
{
    private const double MostRatio = 1.5;
    private const int WarmUpWatches = 100;

    public async Task<IReadOnlyList<Row>> RunAsync()
    {
        var rows = new List<Row>();
        foreach (var (protocol, open) in new (string, Func<Target, int, IdleWatches>)[] { ("HTTP/2", IdleWatches.OverHttp2), ("HTTP/1.1", IdleWatches.OverHttp1) })
        {
            foreach (var count in options.Watches)
            {
                var measure = $"{count:#,0} idle watches, {protocol} clients";
                var proxy = await OneAsync(Target.HAProxy, measure, count, open);
                var gate = await OneAsync(Target.Gate, measure, count, open);
                rows.Add(new(measure, "kB each", null, proxy, gate, MostRatio, IsRatio: true));
            }
        }

        return rows;
    }

    private async Task<double?> OneAsync(string program, string measure, int count, Func<Target, int, IdleWatches> open)
    {
        if (!options.Programs.Contains(program))
        {
            return null;
        }

        using var target = await launcher.StartAsync(program);
        using (ClosedLoop.Http1(target, Upstream.UpstreamServer.ObjectPath, 4))
        {
            await Task.Delay(options.WarmUp);
        }

        open(target, WarmUpWatches).Dispose();
        await Task.Delay(options.WarmUp);
        var before = ProcessUsage.MemoryBytes(target.ProcessId);
        using var watches = open(target, count);
        await Task.Delay(options.Settle);
        var after = ProcessUsage.MemoryBytes(target.ProcessId);
        Console.Error.WriteLine($"  {measure}: {program} {before >> 20} MB before, {after >> 20} MB with them");
        return (after - before) / 1024.0 / count;
    }
}
