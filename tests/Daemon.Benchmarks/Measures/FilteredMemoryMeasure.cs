using Tidegate.Benchmarks.Load;
using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;

namespace Tidegate.Benchmarks.Measures;

/// <summary>
/// The most that a program takes above what it takes when it is quiet, while lists of 5,000 pods run: three on each connection, one after the other. Nobody asks the gate to
/// collect its garbage.
/// </summary>
internal sealed class FilteredMemoryMeasure(BenchmarkOptions options)
{
    private const double MostAbove = 20;
    private const int Each = 3;

    /// <inheritdoc cref="FilteredListMeasure.Run"/>
    public async Task<IReadOnlyList<ComparedRow>> RunAsync(Target? proxy, Target gate, Target half)
    {
        var lines = new List<ComparedRow>();
        foreach (var form in new[] { ListForm.Json, ListForm.Protobuf })
        {
            foreach (var count in new[] { 1, 4 })
            {
                var measure = $"{count} {(count == 1 ? "list" : "lists at once")} of {ManyPods.Count:#,0} pods, {form.Name}, half of them visible: most resident above quiet";
                lines.Add(new(
                    measure,
                    "MB",
                    proxy is null ? null : await AboveQuietAsync(proxy, form, count),
                    await AboveQuietAsync(gate, form, count),
                    await AboveQuietAsync(half, form, count),
                    Goal.Value,
                    MostAbove));
            }
        }

        return lines;
    }

    private async Task<double> AboveQuietAsync(Target target, ListForm form, int count)
    {
        // What runs for the first time loads code.
        Lists(target, form, count);
        await Task.Delay(options.Settle);
        var quiet = ProcessUsage.ResidentBytes(target.ProcessId);
        ProcessUsage.ResetPeak(target.ProcessId);
        Lists(target, form, count);
        var peak = ProcessUsage.PeakBytes(target.ProcessId);
        Console.Error.WriteLine($"  memory: {target.Name}, {count} at once, {form.Name}: {quiet / 1e6:0.0} MB quiet, {peak / 1e6:0.0} MB at most");
        return (peak - quiet) / 1e6;
    }

    private static void Lists(Target target, ListForm form, int count) => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = count }, _ =>
    {
        using var client = new ChunkedClient(target, ManyPods.ListPath, form.Accept);
        for (var i = 0; i < Each; i++)
        {
            _ = client.Get();
        }

        client.Close();
    });
}
