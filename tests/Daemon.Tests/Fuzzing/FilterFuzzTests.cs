using Tidegate.Filtering;
using Tidegate.Tests.Filtering;

namespace Tidegate.Tests.Fuzzing;

/// <summary>
/// The filters of answers under mutated answers. Where the whole answer can be read, the filter gives what the plain reading gives. Where it cannot, the filter fails, and
/// what it gave before holds no object that may not be seen. It fails in one way only, and the portions of the answer change nothing.
/// </summary>
public sealed class FilterFuzzTests
{
    private const int Seeds = 60;

    [Fact]
    public void Json_lists_hold() => Run(new FuzzTarget("JSON list", Samples(r => new SampleJson(r).List()), JsonList));

    [Fact]
    public void Json_watches_hold() => Run(new FuzzTarget("JSON watch", Samples(r => new SampleJson(r).Watch()), JsonWatch));

    [Fact]
    public void Protobuf_lists_hold() => Run(new FuzzTarget("protobuf list", Samples(r => new SampleProtobuf(r).List()), ProtobufList));

    [Fact]
    public void Protobuf_watches_hold() => Run(new FuzzTarget("protobuf watch", Samples(r => new SampleProtobuf(r).Watch()), ProtobufWatch));

    private static void Run(FuzzTarget target)
    {
        var (inputs, outcomes) = Fuzzer.FromEnvironment().Run(target);

        inputs.ShouldBeGreaterThan(Seeds);
        outcomes.ShouldBeGreaterThan(1);
    }

    private static IEnumerable<byte[]> Samples(Func<Random, byte[]> sample) => Enumerable.Range(0, Seeds).Select(seed => sample(new Random(seed)));

    private static string JsonList(byte[] body)
    {
        var run = Filter(body, AnswerForm.JsonList);
        IfReadable(run, () =>
        {
            var expected = JsonReference.List(body, SampleJson.Shows, strip: false);
            string? given = run.Failure is null ? JsonReference.Text(JsonReference.Values(run.Output).ShouldNotBeNull().ShouldHaveSingleItem()) : null;
            given.ShouldBe(expected, run.Failure);
        });
        IfReadable(run with { Failure = null }, () =>
        {
            foreach (var identity in JsonOutput.Objects(run.Output))
            {
                (identity is { } found && SampleJson.Shows(found.Namespace, found.Name)).ShouldBeTrue($"an object of the output may not be seen: {identity}");
            }
        });
        return Outcome(run);
    }

    private static string JsonWatch(byte[] body)
    {
        var run = Filter(body, AnswerForm.JsonWatch);
        var events = JsonReference.Values(run.Output).ShouldNotBeNull();
        IfReadable(run, () =>
        {
            var expected = JsonReference.Watch(body, SampleJson.Shows, strip: false);
            (expected is null).ShouldBe(run.Failure is not null, run.Failure);

            // Every event before a failure stands for itself.
            events.Select(JsonReference.Text).ShouldBe(expected ?? JsonReference.Watch(run.Output, SampleJson.Shows, strip: false).ShouldNotBeNull());
        });
        return Outcome(run);
    }

    private static string ProtobufList(byte[] body)
    {
        var expected = ProtobufReference.List(body, SampleProtobuf.Shows);
        var run = Portioned(body, inner => new FilteredStream(inner, new ProtobufListFilter(SampleProtobuf.Shows)));
        if (run.Failure is null)
        {
            ProtobufReference.Fields(run.Output).ShouldBe(expected.ShouldNotBeNull());
        }
        else
        {
            expected.ShouldBeNull(run.Failure);
            ProtobufReference.ItemsOfPart(run.Output).ShouldAllBe(i => IsShown(i));
        }

        return Outcome(run);
    }

    private static string ProtobufWatch(byte[] body)
    {
        var run = Filter(body, AnswerForm.ProtobufWatch);
        var expected = ProtobufReference.Watch(body, SampleProtobuf.Shows);
        var given = ProtobufReference.Frames(run.Output).ShouldNotBeNull();
        if (run.Failure is null)
        {
            given.ShouldBe(expected.ShouldNotBeNull());
        }
        else
        {
            expected.ShouldBeNull(run.Failure);
            given.ShouldBe(ProtobufReference.Watch(run.Output, SampleProtobuf.Shows).ShouldNotBeNull());
        }

        return Outcome(run);
    }

    private static bool IsShown(byte[] item) => ProtobufReference.Identity(item) is { } found && SampleProtobuf.Shows(found.Namespace, found.Name);

    /// <summary>
    /// Compares, unless the document holds a text that is none (half a surrogate pair, broken UTF-8): the plain reading looks at such in other places than the filter.
    /// That the filter fails in one way only and gives nothing hidden counts there too.
    /// </summary>
    private static void IfReadable(FilterRun run, Action compare)
    {
        try
        {
            if (run.Failure?.Contains("UTF-", StringComparison.Ordinal) != true)
            {
                compare();
            }
        }
        catch (InvalidOperationException e) when (e.Message.Contains("UTF-", StringComparison.Ordinal))
        {
            // Not an answer that the plain reading can judge.
        }
    }

    private static FilterRun Filter(byte[] body, AnswerForm form) =>
        Portioned(body, inner => FilteredBody.Create(inner, form, SampleJson.Shows, new FilterOptions(false, null)));

    private static FilterRun Portioned(byte[] body, Func<Stream, FilteredStream> filter)
    {
        var whole = FilterRun.Of(filter(new ChunkedStream([body])));
        var parts = FilterRun.Of(filter(new ChunkedStream(body.Chunk(1 + (body.Length % 37)))));
        (parts.Failure is null).ShouldBe(whole.Failure is null, parts.Failure ?? whole.Failure);
        if (whole.Failure is null)
        {
            Convert.ToHexString(parts.Output).ShouldBe(Convert.ToHexString(whole.Output));
        }

        // In portions more comes out before a failure: that is the output to look at.
        parts.Output.AsSpan().StartsWith(whole.Output).ShouldBeTrue();
        return parts;
    }

    private static string Outcome(FilterRun run) =>
        $"{run.Failure?.Split(" LineNumber")[0]} {Math.Min(run.Shown, 9)} {Math.Min(run.Withheld, 9)} {(run.Output.Length == 0 ? "none" : "some")};";
}
