namespace Tidegate.Tests.Filtering;

/// <summary>Random answers in protobuf. Hidden objects carry <see cref="Hidden"/> in their content, and nothing else does.</summary>
internal sealed class SampleProtobuf(Random random)
{
    public const string Hidden = SampleJson.Hidden;

    public static bool Shows(string ns, string name) => SampleJson.Shows(ns, name);

    public byte[] List()
    {
        var visible = random.NextDouble();
        var fields = Enumerable.Range(0, random.Next(8)).Select(_ => ProtobufText.Field(2, Item(random.NextDouble() < visible))).ToList();
        fields.Insert(random.Next(10) == 0 ? fields.Count : 0, ProtobufText.Field(1, Shuffled(
        [
            ProtobufText.Field(2, "7"),
            ProtobufText.Field(3, new string('c', random.Next(3) == 0 ? 150 : 3)),
            .. Maybe(ProtobufText.Number(4, (ulong)random.Next(40000))),
        ])));
        byte[][] tail = [.. Maybe(ProtobufText.Field(3, "")), .. Maybe(ProtobufText.Field(4, ""))];
        return [.. "k8s\0"u8, .. Type("PodList"), .. ProtobufText.Field(2, Joined(fields)), .. Joined(tail)];
    }

    public byte[] Watch()
    {
        var visible = random.NextDouble();
        return Joined(Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(6) == 0
            ? Event("BOOKMARK", Envelope(ProtobufText.Field(1, ProtobufText.Field(6, "7"))))
            : Event(new[] { "ADDED", "MODIFIED", "DELETED" }[random.Next(3)], Envelope(Item(random.NextDouble() < visible)))));
    }

    private byte[] Event(string type, byte[] envelope) =>
        ProtobufText.Frame(Shuffled([ProtobufText.Field(1, type), ProtobufText.Field(2, ProtobufText.Field(1, envelope))]));

    private byte[] Envelope(byte[] raw) => [.. "k8s\0"u8, .. Shuffled([Type("Pod"), ProtobufText.Field(2, raw), .. Maybe(ProtobufText.Field(3, ""))])];

    private byte[] Item(bool visible)
    {
        if (random.Next(20) == 0)
        {
            return [];
        }

        var ns = random.Next(3) == 0 ? "" : visible || random.Next(2) == 0 ? "team" : "other";
        var name = (visible ? "web" : "db") + random.Next(100);
        byte[][] metadata = [ProtobufText.Field(1, name), .. ns.Length > 0 ? [ProtobufText.Field(3, ns)] : Maybe(ProtobufText.Field(3, "")), .. Maybe(Other(5))];
        byte[][] fields = [ProtobufText.Field(1, Shuffled(metadata)), .. Maybe(Other(2)), .. visible ? Array.Empty<byte[]>() : [ProtobufText.Field(3, Hidden)]];
        return Shuffled(fields);
    }

    private byte[] Other(int number) => random.Next(4) switch
    {
        0 => ProtobufText.Number(number, (ulong)random.NextInt64()),
        1 => ProtobufText.Field(number, new string('x', random.Next(400))),
        2 => ProtobufText.Field(number, ProtobufText.Field(1, ProtobufText.Field(1, "db1"))),
        _ => [(byte)((number << 3) | 1), 1, 2, 3, 4, 5, 6, 7, 8, (byte)((number << 3) | 5), 1, 2, 3, 4],
    };

    private byte[] Shuffled(byte[][] fields)
    {
        random.Shuffle(fields);
        return Joined(fields);
    }

    private byte[][] Maybe(byte[] field) => random.Next(2) == 0 ? [field] : [];

    private static byte[] Type(string kind) => ProtobufText.Field(1, [.. ProtobufText.Field(1, "v1"), .. ProtobufText.Field(2, kind)]);

    private static byte[] Joined(IEnumerable<byte[]> parts) => [.. parts.SelectMany(p => p)];
}
