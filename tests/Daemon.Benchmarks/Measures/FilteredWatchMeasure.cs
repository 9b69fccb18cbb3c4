using Tidegate.Benchmarks.Load;
using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;

namespace Tidegate.Benchmarks.Measures;

/// <summary>
/// How long an event of a watch is on its way. All programs and people watch at the same time, so that whatever else the machine does concerns all of them alike. Between two
/// measured events there is always one that the restricted person does not see.
/// </summary>
internal sealed class FilteredWatchMeasure(BenchmarkOptions options)
{
    private const double MostMore = 1;

    /// <inheritdoc cref="FilteredListMeasure.Run"/>
    public IReadOnlyList<ComparedRow> Run(Target? proxy, Target gate, Target half)
    {
        Target[] targets = [.. proxy is null ? [] : new[] { proxy }, gate, half];
        var lines = new List<ComparedRow>();
        foreach (var form in new[] { ListForm.Json, ListForm.Protobuf, ListForm.Table })
        {
            var sorted = Watch(targets, form);
            foreach (var (name, quantile) in new[] { ("p50", 0.5), ("p99", 0.99) })
            {
                lines.Add(new(
                    $"watch of pods, {TickingWatch.PerSecond} events/s, {form.Name}: an event's way from the cluster, {name}",
                    "ms",
                    proxy is null ? null : At(sorted[proxy.Name], quantile),
                    At(sorted[gate.Name], quantile),
                    At(sorted[half.Name], quantile),
                    Goal.More,
                    MostMore));
            }
        }

        return lines;
    }

    private Dictionary<string, double[]> Watch(Target[] targets, ListForm form)
    {
        var sorted = new Dictionary<string, double[]>();
        Exception? failure = null;
        var threads = targets.Select(target => new Thread(() =>
        {
            try
            {
                double[] found = [.. new TickingWatchClient(target, form).Run(options.EventsBefore, options.Events).Order()];
                lock (sorted)
                {
                    sorted[target.Name] = found;
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
            throw new InvalidOperationException($"a watch broke off: {failure.Message}", failure);
        }

        foreach (var (name, found) in sorted)
        {
            Console.Error.WriteLine($"  watch, {form.Name}: {name} {At(found, 0.5):0.00} {At(found, 0.99):0.00} ms");
        }

        return sorted;
    }

    private static double At(double[] sorted, double quantile) => sorted[(int)(quantile * (sorted.Length - 1))];
}
