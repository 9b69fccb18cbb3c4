using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// An error about a collection, as far as it may be told. The answer to an expired token brings another token (<c>k8s.io/apiserver/pkg/storage/etcd3/errors.go</c>), and
/// an internal error's text names the keys of the objects that could not be read (<c>storage/etcd3/store.go</c>, <c>watcher.go</c>, StorageReadError).
/// </summary>
internal static class JsonStatus
{
    /// <summary>What stands in the place of a text that may name hidden objects.</summary>
    public const string Untold = "the cluster reports an internal error; what it says about it may name objects that your roles do not show, ask its administrator";

    private const string Kind = "Status";

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000, SkipValidation = true };
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <summary>Whether a code is one of an error that tells of what is stored, not of the request.</summary>
    /// <param name="code">Null when the error has none.</param>
    public static bool IsInternal(long? code) => code is not (>= 400 and < 500 or > 500);

    /// <summary>A whole answer with an error, as the client gets it.</summary>
    /// <param name="seal">Makes the client's token.</param>
    /// <exception cref="UnfilterableAnswerException">It is no <c>Status</c>.</exception>
    public static byte[] Tell(ReadOnlySpan<byte> json, Func<string, string>? seal)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Options);
            var status = document.RootElement;
            if (status.ValueKind != JsonValueKind.Object || !status.TryGetProperty("kind", out var kind) || kind.ValueKind != JsonValueKind.String || !kind.ValueEquals(Kind))
            {
                throw new UnfilterableAnswerException("the cluster's answer is an error in a form of its own");
            }

            return Written(w => Write(status, w, seal));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UnfilterableAnswerException($"the cluster's answer is not JSON that can be read: {e.Message}", e);
        }
    }

    /// <summary>Writes what may be told of an object that should be a <c>Status</c>.</summary>
    /// <param name="seal">Makes the client's token; null: it gets none.</param>
    public static void Write(JsonElement status, Utf8JsonWriter json, Func<string, string>? seal)
    {
        json.WriteStartObject();
        if (status.ValueKind == JsonValueKind.Object)
        {
            var isInternal = IsInternal(status.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt64(out var number) ? number : null);
            foreach (var member in status.EnumerateObject())
            {
                Write(member, json, isInternal, seal);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The bytes that a writer of JSON made.</summary>
    public static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(JsonProperty member, Utf8JsonWriter json, bool isInternal, Func<string, string>? seal)
    {
        var isPlain = member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);
        switch (member.Name)
        {
            case "metadata":
                json.WritePropertyName(member.Name);
                var next = ListHead.Read(member.Value).Continue;
                json.WriteRawValue(new ListHead(null, null, "", true).Write(next.Length > 0 && seal is not null ? seal(next) : ""), skipInputValidation: true);
                break;
            case "message" when isInternal:
                json.WriteString(member.Name, Untold);
                break;
            case "kind" or "apiVersion" or "status" or "message" or "reason" or "code" when isPlain:
            case "details" when !isInternal:
                json.WritePropertyName(member.Name);
                json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
                break;
        }
    }
}
