using System.Diagnostics;
using Tidegate.Benchmarks.Upstream;
using Tidegate.Filtering;

namespace Tidegate.Benchmarks.Measures;

/// <summary>
/// What the filter itself costs for each object of a large list, in this process, without network and TLS: the time, and the bytes that it allocates. The visibility is that
/// of a person who sees half.
/// </summary>
internal sealed class FilterAloneMeasure(BenchmarkOptions options)
{
    private const int Lists = 25;

    public async Task<IReadOnlyList<ComparedRow>> RunAsync()
    {
        var lines = new List<ComparedRow>();
        foreach (var form in new[] { ListForm.Json, ListForm.Protobuf, ListForm.Table })
        {
            var (time, bytes) = await CostAsync(form);
            lines.Add(new($"the filter alone, for each pod of a list, {form.Name}", "ns", null, null, time));
            lines.Add(new($"the filter alone, for each pod of a list, {form.Name}: allocated", "bytes", null, null, bytes));
        }

        return lines;
    }

    private async Task<(double Nanoseconds, double Bytes)> CostAsync(ListForm form)
    {
        var (contentType, body) = ManyPods.List(form.Accept);
        var buffer = new byte[64 * 1024];
        var times = new List<double>();
        var bytes = 0.0;
        for (var i = 0; i < (options.Quick ? 5 : Lists); i++)
        {
            var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            var inner = new RecordReads(body);
            await using var filtered = FilteredBody.Create(inner, FilteredBody.FormOf(contentType, AnswerKind.List)!.Value, IsShown, new(false, null));

            // The inner stream answers at once, so that all of it runs on this thread.
            while (await filtered.ReadAsync(buffer, CancellationToken.None) > 0)
            {
            }

            times.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / ManyPods.Count);
            bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / ManyPods.Count;
        }

        Console.Error.WriteLine($"  the filter alone, {form.Name}: {times.Min():0} ns, {bytes:0} bytes each; {body.Length / 1e6:0.0} MB");
        return (times.Min(), bytes);
    }

    private static bool IsShown(string ns, string name) => ns.Length == 7 && ns[5] == '0';

    /// <summary>Gives what fits into a TLS record with each read, as a connection does.</summary>
    private sealed class RecordReads(byte[] body) : MemoryStream(body, writable: false)
    {
        private const int Record = 16 * 1024;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer.Length > Record ? buffer[..Record] : buffer, cancellationToken);
    }
}
