using System.ComponentModel;
using System.Diagnostics;
using Tidegate.Benchmarks.Load;
using Tidegate.Benchmarks.Measures;
using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;

namespace Tidegate.Benchmarks;

/// <summary>All measures, in order, and the table at the end.</summary>
internal static class Suite
{
    private const double MostSmall = 2.5;
    private const double MostList = 1.0;
    private const double MostConnect = 1.3;

    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        if (!HasHAProxy())
        {
            await Console.Error.WriteLineAsync("error: there is no haproxy to compare with: apt-get install haproxy");
            return 1;
        }

        var machine = Machine.Describe();
        using var bench = new Bench();
        var launcher = new Launcher(bench, options.Gate);
        using var direct = await launcher.UpstreamAsync();
        var rows = new List<Row>();
        rows.AddRange(await UnderLoadAsync(options, launcher, direct));
        if (options.Includes("watches"))
        {
            rows.AddRange(await new WatchMeasure(options, launcher).RunAsync());
        }

        if (options.Includes("sync"))
        {
            rows.AddRange(await new SyncMeasure(options, bench, launcher).RunAsync());
        }

        var comparisons = new List<ComparedRow>();
        if (options.Includes("filter"))
        {
            comparisons.AddRange(await new FilterMeasure(options, launcher).RunAsync());
        }

        if (options.Includes("decision"))
        {
            comparisons.AddRange(await new FilterAloneMeasure(options).RunAsync());
            comparisons.AddRange(new DecisionMeasure(options).Run());
        }

        IReadOnlyList<ComparedRow> changes = options.Before is { } before ? await new FilterMeasure(options, launcher).CompareAsync(before) : [];
        var result = $"{machine}{(options.Quick ? " A quick run: not to be quoted." : "")}\n\n{string.Join('\n', Tables(rows, comparisons, changes))}";
        Console.WriteLine(result);
        if (options.Out is { } file)
        {
            await File.WriteAllTextAsync(file, result);
        }

        bench.IsDone = true;
        return 0;
    }

    private static IEnumerable<string> Tables(IReadOnlyList<Row> rows, IReadOnlyList<ComparedRow> comparisons, IReadOnlyList<ComparedRow> changes)
    {
        if (rows.Count > 0)
        {
            yield return Table.Of(rows);
        }

        if (comparisons.Count > 0)
        {
            yield return ComparedRow.TableOf(comparisons);
        }

        if (changes.Count > 0)
        {
            yield return ComparedRow.TableOf(changes, "before", "now");
        }
    }

    private static async Task<IReadOnlyList<Row>> UnderLoadAsync(BenchmarkOptions options, Launcher launcher, Target direct)
    {
        if (!BenchmarkOptions.Names.Except(["watches", "sync", "filter", "decision"]).Any(options.Includes))
        {
            return [];
        }

        using var proxy = options.Programs.Contains(Target.HAProxy) ? await launcher.StartAsync(Target.HAProxy) : null;
        using var gate = options.Programs.Contains(Target.Gate) ? await launcher.StartAsync(Target.Gate) : null;
        var targets = new[] { direct, proxy, gate }.OfType<Target>().Where(t => options.Programs.Contains(t.Name)).ToList();
        var cpu = new CpuMeasure(options);
        var rows = new List<Row>();
        Add("http1", "small GET, 16 kept-alive HTTP/1.1 connections", t => ClosedLoop.Http1(t, UpstreamServer.ObjectPath, 16), MostSmall);
        Add("http2", "small GET, 4 HTTP/2 connections of 8 streams", t => ClosedLoop.Http2(t, UpstreamServer.ObjectPath, 4, 8), MostSmall);
        Add("list", "list of 1 MB, 4 HTTP/1.1 connections", t => ClosedLoop.Http1(t, UpstreamServer.ListPath, 4), MostList);
        Add("connect", "new mTLS connection for each request", t => ClosedLoop.Connect(t, 4), MostConnect);
        if (options.Includes("latency"))
        {
            rows.AddRange(new LatencyMeasure(options).Run(targets));
        }

        return rows;

        void Add(string name, string measure, Func<Target, ClosedLoop> load, double most)
        {
            if (options.Includes(name))
            {
                rows.AddRange(cpu.Run(measure, targets, load, most));
            }
        }
    }

    private static bool HasHAProxy()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("haproxy", "-v") { RedirectStandardOutput = true });
            return process is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
