using System.Formats.Cbor;
using System.Text;
using System.Text.Json;
using Tidegate.Encodings;

namespace Tidegate.Tests.Encodings;

/// <summary>Writes an object with a given head in every encoding, with other fields before, between and behind, among them some with the same names.</summary>
internal static class EncodedObject
{
    public static readonly IReadOnlyList<(string ContentType, Func<ObjectHead, byte[]> Write)> Encodings =
    [
        ("application/json", Json),
        ("application/yaml", FlowYaml),
        ("application/yaml", BlockYaml),
        ("application/vnd.kubernetes.protobuf", Protobuf),
        ("application/cbor", h => Cbor(h, asBytes: false)),
        ("application/cbor", h => Cbor(h, asBytes: true)),
    ];

    public static byte[] Json(ObjectHead h) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
    {
        kind = h.Kind,
        spec = new { name = "decoy", metadata = new { name = "decoy" } },
        metadata = new
        {
            labels = new { name = "decoy" },
            name = h.Name,
            generateName = h.GenerateName,
            @namespace = h.Namespace,
            resourceVersion = h.ResourceVersion,
        },
        apiVersion = h.ApiVersion,
        list = new[] { new { name = "decoy" } },
    }));

    public static byte[] FlowYaml(ObjectHead h) => Encoding.UTF8.GetBytes(
        $"{{ kind: {Quoted(h.Kind)}, spec: {{ name: decoy }}, apiVersion: {Quoted(h.ApiVersion)}, metadata: {{ name: {Quoted(h.Name)}, "
        + $"namespace: {Quoted(h.Namespace)}, generateName: {Quoted(h.GenerateName)}, resourceVersion: {Quoted(h.ResourceVersion)} }} }}");

    public static byte[] BlockYaml(ObjectHead h) => Encoding.UTF8.GetBytes(
        $"""
        apiVersion: {Quoted(h.ApiVersion)}
        kind: {Quoted(h.Kind)}
        spec:
          name: decoy
        metadata:
          labels: ["name: decoy"]
          name: {Quoted(h.Name)}
          generateName: {Quoted(h.GenerateName)}
          namespace: {Quoted(h.Namespace)}
          resourceVersion: {Quoted(h.ResourceVersion)}
        data: |
          name: decoy
        """);

    public static byte[] Protobuf(ObjectHead h)
    {
        byte[] metadata =
        [
            .. ProtobufText.Field(1, h.Name), .. ProtobufText.Field(2, h.GenerateName), .. ProtobufText.Field(3, h.Namespace),
            .. ProtobufText.Field(6, h.ResourceVersion), .. ProtobufText.Message("7=3 8{} 11{1\"name\" 2\"decoy\"}"),
        ];
        byte[] type = [.. ProtobufText.Field(1, h.ApiVersion), .. ProtobufText.Field(2, h.Kind)];
        byte[] raw = [.. ProtobufText.Field(1, metadata), .. ProtobufText.Message("2{1{1\"decoy\"}}")];
        return [.. "k8s\0"u8, .. ProtobufText.Field(1, type), .. ProtobufText.Field(2, raw), .. ProtobufText.Message("3\"\" 4\"\"")];
    }

    private static byte[] Cbor(ObjectHead h, bool asBytes)
    {
        var writer = new CborWriter();
        writer.WriteTag(CborTag.SelfDescribeCbor);
        writer.WriteStartMap(4);
        Text("kind", h.Kind);
        Text("apiVersion", h.ApiVersion);
        String("spec");
        writer.WriteStartMap(1);
        Text("name", "decoy");
        writer.WriteEndMap();
        String("metadata");
        writer.WriteStartMap(4);
        Text("name", h.Name);
        Text("generateName", h.GenerateName);
        Text("namespace", h.Namespace);
        Text("resourceVersion", h.ResourceVersion);
        writer.WriteEndMap();
        writer.WriteEndMap();
        return writer.Encode();

        void Text(string name, string value)
        {
            String(name);
            String(value);
        }

        void String(string value)
        {
            if (asBytes)
            {
                writer.WriteByteString(Encoding.UTF8.GetBytes(value));
            }
            else
            {
                writer.WriteTextString(value);
            }
        }
    }

    // A text in JSON's form is the same text in YAML.
    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
