using System.Diagnostics;
using System.Text;
using Tidegate.Access;
using Tidegate.Benchmarks.Programs;
using Tidegate.Benchmarks.Upstream;
using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Manifests;
using Tidegate.State;

namespace Tidegate.Benchmarks.Measures;

/// <summary>What one answer of the access rules costs, in this process: the time, and the bytes that it allocates.</summary>
internal sealed class DecisionMeasure(BenchmarkOptions options)
{
    private const int Batch = 20_000;
    private const int Batches = 9;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LabelSet Labels = LabelSet.From(new Dictionary<string, string> { ["env"] = "dev", ["region"] = "eu-west-1" });

    public IReadOnlyList<ComparedRow> Run()
    {
        var policy = Policy();
        var lines = new List<ComparedRow>();
        foreach (var (what, person, path) in new[]
        {
            ($"one object, {RestrictedPeople.Few} rules", RestrictedPeople.FewRules, UpstreamServer.ObjectPath),
            ($"one object, {RestrictedPeople.Many} rules", RestrictedPeople.ManyRules, UpstreamServer.ObjectPath),
            ("a collection, 1 rule", RestrictedPeople.Half, UpstreamServer.ListPath),
            ($"a collection, {RestrictedPeople.Many} rules", RestrictedPeople.ManyRules, UpstreamServer.ListPath),
        })
        {
            // Once for tiered compilation.
            _ = Cost(policy, "alice", path);
            _ = Cost(policy, person, path);
            var whole = Cost(policy, "alice", path);
            var part = Cost(policy, person, path);
            lines.Add(new($"decision about {what}", "ns", null, whole.Nanoseconds, part.Nanoseconds));
            lines.Add(new($"decision about {what}: allocated", "bytes", null, whole.Bytes, part.Bytes));
        }

        return lines;
    }

    private static AccessPolicy Policy()
    {
        var resources = ManifestReader.Read("people.yaml", Encoding.UTF8.GetBytes($"{SampleManifests.People}\n---\n{RestrictedPeople.Manifests}"), "");
        if (resources.Problems.Count > 0)
        {
            throw new InvalidOperationException($"the manifests have problems: {resources.Problems[0].Message}");
        }

        var values = resources.Resources.Select(r => r.Value).ToList();
        return new(
            values.OfType<Role>().ToDictionary(r => r.Name), values.OfType<User>().ToDictionary(u => u.Name), [], [], []);
    }

    private (double Nanoseconds, double Bytes) Cost(AccessPolicy policy, string person, string path)
    {
        var identity = new ClientIdentity(person, [], [], "01", person, Now.AddDays(1));
        var question = new AccessQuestion(identity, "bench", Labels, RequestInfoParser.Parse("GET", path, "").Info!, ImpersonationRequest.None) { Scope = KindScope.Namespaced };
        if (policy.Decide(question, Now) is not AccessAllowed)
        {
            throw new InvalidOperationException($"{person} may not read {path}");
        }

        var times = new List<double>();
        var bytes = 0.0;
        for (var i = 0; i < (options.Quick ? 3 : Batches); i++)
        {
            var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            for (var n = 0; n < Batch; n++)
            {
                _ = policy.Decide(question, Now);
            }

            times.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / Batch);
            bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / Batch;
        }

        Console.Error.WriteLine($"  decision: {person} {path} {times.Min():0} ns, {bytes:0} bytes");

        // What else the machine does only adds.
        return (times.Min(), bytes);
    }
}
