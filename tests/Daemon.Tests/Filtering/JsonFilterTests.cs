using System.Text;
using CsCheck;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>Lists, watches and single objects in JSON: the case files, in every portion, cut off everywhere, and random answers beside a reading of the whole document.</summary>
public sealed class JsonFilterTests
{
    private const string Lists = "Filtering/json-lists.cases";
    private const string Watches = "Filtering/json-watches.cases";
    private const string Objects = "Filtering/json-objects.cases";

    public static TheoryData<string> ListNames => CaseFile.Names(Lists);

    public static TheoryData<string> WatchNames => CaseFile.Names(Watches);

    public static TheoryData<string> ObjectNames => CaseFile.Names(Objects);

    [Theory]
    [MemberData(nameof(ListNames))]
    public void Filters_a_list(string name) => Check(CaseFile.Get(Lists, name), AnswerForm.JsonList);

    [Theory]
    [MemberData(nameof(WatchNames))]
    public void Filters_a_watch(string name) => Check(CaseFile.Get(Watches, name), AnswerForm.JsonWatch);

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public void Lets_one_object_through(string name) => Check(CaseFile.Get(Objects, name), AnswerForm.JsonObject);

    [Fact]
    public void Random_lists_are_filtered_as_a_reading_of_the_whole_document_filters_them() =>
        Gen.Select(Gen.Int, Gen.Bool, Gen.Int[1, 200]).Sample((seed, strip, portion) =>
        {
            var body = new SampleJson(new Random(seed)).List();
            var run = FilterRun.Of(new ChunkedStream(body.Chunk(portion)), AnswerForm.JsonList, SampleJson.Shows, strip);

            run.Failure.ShouldBeNull();
            run.Text.ShouldNotContain(SampleJson.Hidden);
            Plain(run.Output).ShouldBe([JsonReference.List(body, SampleJson.Shows, strip)!]);
        });

    [Fact]
    public void Random_watches_are_filtered_as_a_reading_of_the_whole_document_filters_them() =>
        Gen.Select(Gen.Int, Gen.Bool, Gen.Int[1, 200]).Sample((seed, strip, portion) =>
        {
            var body = new SampleJson(new Random(seed)).Watch();
            var run = FilterRun.Of(new ChunkedStream(body.Chunk(portion)), AnswerForm.JsonWatch, SampleJson.Shows, strip);

            run.Failure.ShouldBeNull();
            run.Text.ShouldNotContain(SampleJson.Hidden);
            Plain(run.Output).ShouldBe(JsonReference.Watch(body, SampleJson.Shows, strip)!);
        });

    [Fact]
    public void Objects_may_nest_deeply_and_not_without_end()
    {
        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(
            $$$"""{"items":[{"metadata":{"name":"one"},"x":{{{new string('[', depth)}}}{{{new string(']', depth)}}}}]}""");

        FilterRun.Of(Nested(990), AnswerForm.JsonList, (_, _) => true).Output.ShouldBe(Nested(990));
        FilterRun.Of(Nested(1010), AnswerForm.JsonList, (_, _) => true).Failure.ShouldNotBeNull().ShouldContain("not JSON");
    }

    [Fact]
    public void A_long_text_is_read_once_however_many_portions_it_has()
    {
        var body = Encoding.UTF8.GetBytes($$$"""{"items":[{"metadata":{"name":"one"},"x":"{{{new string('x', 16 << 20)}}}\\\"]"}]}""");
        var reads = new ChunkedStream(body.Chunk(64));
        var clock = PromisedTime.Start();

        FilterRun.Of(reads, AnswerForm.JsonList, (_, _) => true).Output.Length.ShouldBe(body.Length);

        // Usually it is less than a second. Read anew with each portion, it would be minutes.
        clock.ShouldBeKept(TimeSpan.FromSeconds(30));
    }

    private static string[] Plain(byte[] output)
    {
        var events = JsonReference.Values(output).ShouldNotBeNull();
        return [.. events.Select(JsonReference.Text)];
    }

    private static void Check(CaseFile testCase, AnswerForm form)
    {
        var (strip, visible, body) = Read(testCase.Input);
        bool Shows(string ns, string name) => visible.Contains($"{ns}/{name}");
        FilteredStream Filter(Stream inner) => FilteredBody.Create(inner, form, Shows, new FilterOptions(strip, null));
        var run = FilterRun.Of(body, form, Shows, strip);

        run.ShouldNotDependOnPortions(body, Filter);
        if (testCase.Expected[0].StartsWith('!'))
        {
            run.Failure.ShouldNotBeNull().ShouldContain(testCase.Expected[0][1..]);
            run.Text.ShouldNotContain("two");
            return;
        }

        run.Failure.ShouldBeNull();
        run.Text.ShouldBe(string.Join('\n', testCase.Expected) + "\n");
        run.ShouldFailWhenCutOff(body, Filter, length => form == AnswerForm.JsonWatch
            ? JsonReference.Values(body[..length]) is not null
            : JsonReference.Values(body[..length]) is { Count: 1 });
    }

    private static (bool Strip, string[] Visible, byte[] Body) Read(string input)
    {
        var strip = input.StartsWith("strip\n", StringComparison.Ordinal);
        var parts = input[(strip ? 6 : 0)..].Split('\n', 2);
        return (strip, parts[0].Split(' ')[1..], Encoding.UTF8.GetBytes(parts[1]));
    }
}
