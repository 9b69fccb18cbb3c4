using System.Text.Json;
using Tidegate.Benchmarks.Load;
using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;
using Tidegate.Encodings;

namespace Tidegate.Benchmarks.Measures;

/// <summary>
/// CPU time of the gate for a list of 5,000 pods, for somebody who sees all of them and for people who see a part. One list after the other on one connection; the median of
/// several rounds, in turn.
/// </summary>
internal sealed class FilteredListMeasure(BenchmarkOptions options)
{
    private const double MostRatio = 3;

    private static readonly (string Person, string Shows)[] People =
        [(RestrictedPeople.Half, "half of them visible"), (RestrictedPeople.Ten, "10 visible"), (RestrictedPeople.AllButOne, "all but one visible")];

    /// <param name="proxy">HAProxy; null when it does not take part.</param>
    /// <param name="gate">Alice's, whose roles restrict nothing.</param>
    /// <param name="persons">The others at the same gate, by name.</param>
    public IReadOnlyList<ComparedRow> Run(Target? proxy, Target gate, IReadOnlyDictionary<string, Target> persons)
    {
        var lines = new List<ComparedRow>();
        foreach (var form in new[] { ListForm.Json, ListForm.Protobuf, ListForm.Table })
        {
            Target[] targets = [.. proxy is null ? [] : new[] { proxy }, gate, .. People.Select(p => persons[p.Person])];
            foreach (var person in People.Select(p => persons[p.Person]))
            {
                Check(person, form);
            }

            var each = Rounds(targets, form);
            lines.AddRange(People.Select(p => new ComparedRow(
                $"list of {ManyPods.Count:#,0} pods, {form.Name}, {p.Shows}",
                "CPU ms/list",
                proxy is null ? null : each[proxy.Name],
                each[gate.Name],
                each[p.Person],
                Goal.Ratio,
                MostRatio)));
        }

        return lines;
    }

    private Dictionary<string, double> Rounds(Target[] targets, ListForm form)
    {
        var found = targets.ToDictionary(t => t.Name, _ => new List<double>());
        for (var round = 0; round < options.ListRounds; round++)
        {
            foreach (var target in targets)
            {
                found[target.Name].Add(Round(target, form, round == 0 ? options.FirstListWarmUp : 2));
                Console.Error.WriteLine($"  list of {ManyPods.Count} pods, {form.Name}: {target.Name} {found[target.Name][^1]:0.0} ms");
            }
        }

        return found.ToDictionary(f => f.Key, f => f.Value.Order().ElementAt(f.Value.Count / 2));
    }

    private double Round(Target target, ListForm form, int warmUp)
    {
        using var client = new ChunkedClient(target, ManyPods.ListPath, form.Accept);
        for (var i = 0; i < warmUp; i++)
        {
            _ = client.Get();
        }

        var before = ProcessUsage.CpuSeconds(target.ProcessId);
        for (var i = 0; i < options.ListsPerRound; i++)
        {
            _ = client.Get();
        }

        var used = ProcessUsage.CpuSeconds(target.ProcessId) - before;
        client.Close();
        return used * 1000 / options.ListsPerRound;
    }

    /// <summary>That the number would not be one of something else.</summary>
    private static void Check(Target person, ListForm form)
    {
        using var client = new ChunkedClient(person, ManyPods.ListPath, form.Accept);
        using var body = new MemoryStream();
        _ = client.Get(body);
        client.Close();
        var count = form == ListForm.Protobuf ? CountProtobuf(body.ToArray()) : CountJson(body.ToArray());
        if (count != RestrictedPeople.Visible[person.Name])
        {
            throw new InvalidDataException($"{person.Name} sees {count} pods in {form.Name}, not {RestrictedPeople.Visible[person.Name]}");
        }
    }

    private static int CountJson(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.TryGetProperty("items", out var items) ? items.GetArrayLength() : document.RootElement.GetProperty("rows").GetArrayLength();
    }

    // The envelope: k8s\0, then runtime.Unknown with the list in field 2; the list has its items in field 2.
    private static int CountProtobuf(ReadOnlySpan<byte> body)
    {
        var count = 0;
        var envelope = new ProtobufCursor(body[4..]);
        while (envelope.Next())
        {
            var list = new ProtobufCursor(envelope.Field == 2 ? envelope.Content : default);
            while (list.Next())
            {
                count += list.Field == 2 ? 1 : 0;
            }
        }

        return count;
    }
}
