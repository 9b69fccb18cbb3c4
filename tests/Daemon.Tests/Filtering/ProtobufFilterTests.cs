using System.Globalization;
using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>Lists and watches in protobuf: the case files, in every portion, cut off everywhere, and random answers beside a reading of the whole message.</summary>
public sealed class ProtobufFilterTests
{
    private const string Lists = "Filtering/protobuf-lists.cases";
    private const string Watches = "Filtering/protobuf-watches.cases";
    private const string Objects = "Filtering/protobuf-objects.cases";

    public static TheoryData<string> ListNames => CaseFile.Names(Lists);

    public static TheoryData<string> WatchNames => CaseFile.Names(Watches);

    public static TheoryData<string> ObjectNames => CaseFile.Names(Objects);

    [Theory]
    [MemberData(nameof(ListNames))]
    public void Filters_a_list(string name)
    {
        var (limit, shows, body, expected) = Read(CaseFile.Get(Lists, name));
        FilteredStream Filter(Stream inner) => new(inner, new ProtobufListFilter(shows, limit));

        // The envelope's last two fields may be missing, and the list, once it is whole.
        Check(Filter, body, expected, length => WholeEnvelope(body[..length]));
    }

    [Theory]
    [MemberData(nameof(WatchNames))]
    public void Filters_a_watch(string name)
    {
        var (_, shows, body, expected) = Read(CaseFile.Get(Watches, name));
        Check(inner => FilteredBody.Create(inner, AnswerForm.ProtobufWatch, shows, new FilterOptions(false, null)), body, expected, length => ProtobufReference.Frames(body[..length]) is not null);
    }

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public void Lets_one_object_through(string name)
    {
        var (_, shows, body, expected) = Read(CaseFile.Get(Objects, name));
        Check(
            inner => FilteredBody.Create(inner, AnswerForm.ProtobufObject, shows, new FilterOptions(false, null)),
            body, expected, length => WholeEnvelope(body[..length]) && (name == "a status" || ProtobufReference.Message(body[4..length])!.Exists(f => f.Field == 2)));
    }

    [Fact]
    public void Random_lists_are_filtered_as_a_reading_of_the_whole_message_filters_them() =>
        Gen.Select(Gen.Int, Gen.Int[0, 600], Gen.Int[1, 300]).Sample((seed, limit, portion) =>
        {
            var body = new SampleProtobuf(new Random(seed)).List();
            var run = FilterRun.Of(new FilteredStream(new ChunkedStream(body.Chunk(portion)), new ProtobufListFilter(SampleProtobuf.Shows, limit)));

            run.Failure.ShouldBeNull();
            run.Text.ShouldNotContain(SampleProtobuf.Hidden);
            run.Output.Length.ShouldBeLessThanOrEqualTo(body.Length);
            ProtobufReference.Fields(run.Output).ShouldBe(ProtobufReference.List(body, SampleProtobuf.Shows));

            // Another decoder finds the message whole, padding and all.
            Empty.Parser.ParseFrom(run.Output, 4, run.Output.Length - 4).CalculateSize().ShouldBe(run.Output.Length - 4);
        });

    [Fact]
    public void Random_watches_are_filtered_as_a_reading_of_the_whole_message_filters_them() =>
        Gen.Select(Gen.Int, Gen.Int[1, 300]).Sample((seed, portion) =>
        {
            var body = new SampleProtobuf(new Random(seed)).Watch();
            var run = FilterRun.Of(new ChunkedStream(body.Chunk(portion)), AnswerForm.ProtobufWatch, SampleProtobuf.Shows);

            run.Failure.ShouldBeNull();
            run.Text.ShouldNotContain(SampleProtobuf.Hidden);
            ProtobufReference.Frames(run.Output).ShouldBe(ProtobufReference.Watch(body, SampleProtobuf.Shows));
        });

    [Fact]
    public void Padding_of_every_size_is_passed_over_by_decoders()
    {
        var sizes = Enumerable.Range(2, 20_000).Concat([2_097_150, 2_097_155, 2_097_156, 2_097_157, 2_097_158, 2_097_159]);
        foreach (var size in sizes)
        {
            using var window = new AnswerWindow();
            window.Open();
            ProtobufPadding.Write(size, window);
            var bytes = new byte[size + 1];
            window.Take(bytes).ShouldBe(size);
            Empty.Parser.ParseFrom(bytes, 0, size).CalculateSize().ShouldBe(size);
        }
    }

    [Fact]
    public void A_list_of_some_megabytes_keeps_its_length()
    {
        byte[] Item(int i) => ProtobufText.Field(2, [.. ProtobufText.Field(1, [.. ProtobufText.Field(1, $"{(i % 3 == 0 ? "db" : "web")}{i}")]), .. ProtobufText.Field(2, new string('x', 5000))]);
        byte[] body = [.. "k8s\0"u8, .. ProtobufText.Field(1, ProtobufText.Field(2, "PodList")), .. ProtobufText.Field(2, [.. Enumerable.Range(0, 600).SelectMany(Item)])];

        var run = FilterRun.Of(body, AnswerForm.ProtobufList, SampleProtobuf.Shows);

        run.Failure.ShouldBeNull();
        (run.Shown, run.Withheld).ShouldBe((400, 200));
        run.Output.Length.ShouldBe(body.Length);
        ProtobufReference.Fields(run.Output).ShouldBe(ProtobufReference.List(body, SampleProtobuf.Shows));
    }

    private static void Check(Func<Stream, FilteredStream> filter, byte[] body, string[] expected, Func<int, bool> isWhole)
    {
        var run = FilterRun.Of(filter(new ChunkedStream([body])));

        run.ShouldNotDependOnPortions(body, filter);
        if (expected[0].StartsWith('!'))
        {
            run.Failure.ShouldNotBeNull().ShouldContain(expected[0][1..]);
            run.Text.ShouldNotContain("two");
            return;
        }

        run.Failure.ShouldBeNull();
        Convert.ToHexString(run.Output).ShouldBe(Convert.ToHexString(ProtobufText.Parse(string.Join('\n', expected))));
        run.ShouldFailWhenCutOff(body, filter, isWhole);
    }

    private static bool WholeEnvelope(byte[] body) =>
        body.AsSpan().StartsWith("k8s\0"u8) && ProtobufReference.Message(body[4..]) is { } fields && fields.Exists(f => f.Field == 1);

    private static (int Limit, ObjectVisibility Shows, byte[] Body, string[] Expected) Read(CaseFile testCase)
    {
        var lines = testCase.Input.Split('\n');
        var limited = lines[0].StartsWith("limit ", StringComparison.Ordinal);
        var visible = lines[limited ? 1 : 0].Split(' ')[1..];
        return (
            limited ? int.Parse(lines[0][6..], CultureInfo.InvariantCulture) : 1000,
            (ns, name) => visible.Contains($"{ns}/{name}"),
            ProtobufText.Parse(string.Join('\n', lines[(limited ? 2 : 1)..])),
            [.. testCase.Expected]);
    }
}
