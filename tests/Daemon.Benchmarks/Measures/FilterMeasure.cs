using Tidegate.Benchmarks.Load;
using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;

namespace Tidegate.Benchmarks.Measures;

/// <summary>What it costs that somebody's roles restrict: beside somebody at the same gate whose roles do not, and beside HAProxy, which passes everything through.</summary>
internal sealed class FilterMeasure(BenchmarkOptions options, Launcher launcher)
{
    public async Task<IReadOnlyList<ComparedRow>> RunAsync()
    {
        using var proxy = options.Programs.Contains(Target.HAProxy) ? await launcher.StartAsync(Target.HAProxy) : null;
        using var gate = await launcher.GateAsync(RestrictedPeople.Manifests);
        string[] names = [RestrictedPeople.Half, RestrictedPeople.Ten, RestrictedPeople.AllButOne, RestrictedPeople.FewRules, RestrictedPeople.ManyRules];
        var persons = names.ToDictionary(n => n, n => launcher.As(gate, n));
        return
        [
            .. new FilteredListMeasure(options).Run(proxy, gate, persons),
            .. await new FilteredMemoryMeasure(options).RunAsync(proxy, gate, persons[RestrictedPeople.Half]),
            .. new FilteredWatchMeasure(options).Run(proxy, gate, persons[RestrictedPeople.Half]),
            .. SmallGets(proxy, gate, persons[RestrictedPeople.FewRules], persons[RestrictedPeople.ManyRules]),
        ];
    }

    /// <summary>What small requests cost somebody whose roles restrict nothing, with an earlier build and now.</summary>
    public async Task<IReadOnlyList<ComparedRow>> CompareAsync(string before)
    {
        using var earlier = (await launcher.GateAsync(build: before)) with { Name = "before" };
        using var now = await launcher.GateAsync();
        return
        [
            .. Loads.Select(l =>
            {
                var each = new CpuMeasure(options).Medians($"small GET, {l.Name}", [earlier, now], l.Load);
                return new ComparedRow($"small GET, {l.Name}", "CPU µs/request", null, each[earlier.Name], each[now.Name]);
            }),
        ];
    }

    private static (string Name, Func<Target, ClosedLoop> Load)[] Loads =>
    [
        ("16 kept-alive HTTP/1.1 connections", t => ClosedLoop.Http1(t, UpstreamServer.ObjectPath, 16)),
        ("4 HTTP/2 connections of 8 streams", t => ClosedLoop.Http2(t, UpstreamServer.ObjectPath, 4, 8)),
    ];

    private List<ComparedRow> SmallGets(Target? proxy, Target gate, Target few, Target many)
    {
        Target[] targets = [.. proxy is null ? [] : new[] { proxy }, gate, few, many];
        var lines = new List<ComparedRow>();
        foreach (var (name, load) in Loads)
        {
            var each = new CpuMeasure(options).Medians($"small GET by rules, {name}", targets, load);
            foreach (var (count, person) in new[] { (RestrictedPeople.Few, few), (RestrictedPeople.Many, many) })
            {
                lines.Add(new(
                    $"small GET, {count} rules, {name}",
                    "CPU µs/request",
                    proxy is null ? null : each[proxy.Name],
                    each[gate.Name],
                    each[person.Name]));
            }
        }

        return lines;
    }
}
