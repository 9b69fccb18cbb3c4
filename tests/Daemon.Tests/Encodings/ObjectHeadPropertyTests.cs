using CsCheck;
using Tidegate.Encodings;

namespace Tidegate.Tests.Encodings;

public sealed class ObjectHeadPropertyTests
{
    private const string ProtobufType = "application/vnd.kubernetes.protobuf";

    private static readonly string[] Fields = ["1\"a\"", "1\"b\"", "2\"g\"", "3\"n\"", "6\"7\"", "7=1", "11{1\"name\"}"];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.Char["abc-./:*0 \"'\\{}[],#&!|>%@`~\t\né€<"], 0, 12],
        Gen.Const(""), Gen.Const("no"), Gen.Const("123"), Gen.Const("null"), Gen.Const("😀"));

    private static readonly Gen<ObjectHead> Heads =
        Gen.Select(Texts, Texts, Texts, Texts, Texts, Texts).Select((a, b, c, d, e, f) => new ObjectHead(a, b, c, d, e, f));

    /// <summary>All but YAML in block form: cut off between two lines, that is another whole document, and how long a body is is HTTP's matter.</summary>
    private static readonly (string ContentType, Func<ObjectHead, byte[]> Write)[] Delimited =
        [.. EncodedObject.Encodings.Where(e => e.Write != EncodedObject.BlockYaml)];

    [Fact]
    public void Every_encoding_gives_the_same_head() => Heads.Sample(head =>
    {
        foreach (var (contentType, write) in EncodedObject.Encodings)
        {
            ObjectHead.Read(contentType, write(head), out var problem).ShouldBe(head, $"{contentType}: {problem?.Message}");
            problem.ShouldBeNull();
        }
    });

    [Fact]
    public void A_body_that_is_cut_off_is_refused_or_says_the_same() => Gen.Select(Heads, Gen.Int[0, Delimited.Length - 1]).Sample((head, which) =>
    {
        var encoding = Delimited[which];
        var body = encoding.Write(head);
        for (var length = 0; length < body.Length; length++)
        {
            var read = ObjectHead.Read(encoding.ContentType, body.AsMemory(0, length), out var problem);
            (read is null || read == head).ShouldBeTrue($"{encoding.ContentType} cut at {length} of {body.Length}: {read}");
            (problem is null).ShouldBe(read is not null);
        }
    }, iter: 200);

    [Fact]
    public void A_body_with_other_bytes_is_read_or_refused_and_never_breaks_the_reader() =>
        Gen.Select(Heads, Gen.Int[0, EncodedObject.Encodings.Count - 1], Gen.Select(Gen.Int[0, 1000], Gen.Byte).Array[1, 4]).Sample((head, which, changes) =>
        {
            var (contentType, write) = EncodedObject.Encodings[which];
            var body = write(head);
            foreach (var (at, value) in changes)
            {
                body[at % body.Length] = value;
            }

            var copy = body.ToArray();
            var read = ObjectHead.Read(contentType, body, out var problem);

            (problem is null).ShouldBe(read is not null);
            body.ShouldBe(copy, "reading changed the body");
        }, iter: 5_000);

    /// <summary>A repeated key is refused wherever it stands among the others.</summary>
    [Fact]
    public void A_second_name_is_never_overlooked() => Gen.Shuffle(Fields).Sample(fields =>
    {
        ObjectHead.Read(ProtobufType, ProtobufText.Body($"2{{1{{{string.Join(' ', fields)}}}}}"), out var problem).ShouldBeNull();
        problem!.Message.ShouldContain("metadata.name occurs twice");
    });
}
