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
        var (shows, body, expected) = Read(CaseFile.Get(Lists, name));
        FilteredStream Filter(Stream inner) => FilteredBody.Create(inner, AnswerForm.ProtobufList, shows, new FilterOptions(false, null));

        // The envelope's last two fields may be missing, and the list, once it is whole.
        Check(Filter, body, expected, length => WholeEnvelope(body[..length]));
    }

    [Theory]
    [MemberData(nameof(WatchNames))]
    public void Filters_a_watch(string name)
    {
        var (shows, body, expected) = Read(CaseFile.Get(Watches, name));
        Check(inner => FilteredBody.Create(inner, AnswerForm.ProtobufWatch, shows, new FilterOptions(false, null)), body, expected, length => ProtobufReference.Frames(body[..length]) is not null);
    }

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public void Lets_one_object_through(string name)
    {
        var (shows, body, expected) = Read(CaseFile.Get(Objects, name));
        Check(
            inner => FilteredBody.Create(inner, AnswerForm.ProtobufObject, shows, new FilterOptions(false, null)),
            body, expected, length => WholeEnvelope(body[..length]) && (name == "a status" || ProtobufReference.Message(body[4..length])!.Exists(f => f.Field == 2)));
    }

    [Fact]
    public void Random_lists_are_filtered_as_a_reading_of_the_whole_message_filters_them() =>
        Gen.Select(Gen.Int, Gen.Int[1, 300]).Sample((seed, portion) =>
        {
            var body = new SampleProtobuf(new Random(seed)).List();
            var run = FilterRun.Of(new ChunkedStream(body.Chunk(portion)), AnswerForm.ProtobufList, SampleProtobuf.Shows);

            run.Failure.ShouldBeNull();
            run.Text.ShouldNotContain(SampleProtobuf.Hidden);
            run.Output.Length.ShouldBeLessThanOrEqualTo(body.Length);
            ProtobufReference.Fields(run.Output).ShouldBe(ProtobufReference.List(body, SampleProtobuf.Shows));

            // Another decoder finds the message whole.
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
    public void The_length_of_a_list_of_some_megabytes_does_not_tell_what_is_hidden()
    {
        byte[] Item(int i) => ProtobufText.Field(2, [.. ProtobufText.Field(1, [.. ProtobufText.Field(1, $"{(i % 3 == 0 ? "db" : "web")}{i}")]), .. ProtobufText.Field(2, new string('x', 5000))]);
        byte[] body = [.. "k8s\0"u8, .. ProtobufText.Field(1, ProtobufText.Field(2, "PodList")), .. ProtobufText.Field(2, [.. Enumerable.Range(0, 600).SelectMany(Item)])];

        var run = FilterRun.Of(body, AnswerForm.ProtobufList, SampleProtobuf.Shows);

        run.Failure.ShouldBeNull();
        (run.Shown, run.Withheld).ShouldBe((400, 200));
        ProtobufReference.Fields(run.Output).ShouldBe(ProtobufReference.List(body, SampleProtobuf.Shows));
        byte[] alone = [.. "k8s\0"u8, .. ProtobufText.Field(1, ProtobufText.Field(2, "PodList")), .. ProtobufText.Field(2, [.. Enumerable.Range(0, 600).Where(i => i % 3 != 0).SelectMany(Item)])];
        run.Output.ShouldBe(alone, "as if nothing were hidden");
    }

    [Fact]
    public void A_list_of_which_more_is_shown_than_may_be_held_fails_before_its_first_byte()
    {
        byte[] body = [.. "k8s\0"u8, .. ProtobufText.Field(1, ProtobufText.Field(2, "PodList")), .. ProtobufText.Field(2, ProtobufText.Field(2, ProtobufText.Field(1, ProtobufText.Field(1, "web1"))))];

        var run = FilterRun.Of(new FilteredStream(new ChunkedStream([body]), new ProtobufListFilter(SampleProtobuf.Shows, seal: null, new HeldBytes(most: 5))));

        run.Failure.ShouldNotBeNull().ShouldContain("ask with a limit");
        run.Output.ShouldBeEmpty();
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

    private static (ObjectVisibility Shows, byte[] Body, string[] Expected) Read(CaseFile testCase)
    {
        var lines = testCase.Input.Split('\n');
        var visible = lines[0].Split(' ')[1..];
        return ((ns, name) => visible.Contains($"{ns}/{name}"), ProtobufText.Parse(string.Join('\n', lines[1..])), [.. testCase.Expected]);
    }
}
