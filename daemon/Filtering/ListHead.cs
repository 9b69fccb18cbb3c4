using System.Buffers;
using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// A list's <c>metadata</c>: of what stands there, the resource version, the old <c>selfLink</c> and where the list goes on. Nothing else goes to somebody who sees a part,
/// since <c>remainingItemCount</c> counts hidden objects and nobody knows what a later Kubernetes will say there. Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/types.go</c>.
/// </summary>
/// <param name="Continue">The cluster's own token; empty: the list ends here.</param>
/// <param name="IsPlain">Whether nothing has to be changed.</param>
internal sealed record ListHead(string? ResourceVersion, string? SelfLink, string Continue, bool IsPlain)
{
    /// <summary>Where the list goes on.</summary>
    public const string ContinueName = "continue";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    /// <exception cref="UnfilterableAnswerException">It is no JSON.</exception>
    public static ListHead Read(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Options);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UnfilterableAnswerException($"the cluster's answer is not JSON that can be read: {e.Message}", e);
        }
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public static ListHead Read(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
        {
            return new(null, null, "", metadata.ValueKind == JsonValueKind.Null);
        }

        var (version, link, next, isPlain) = ((string?)null, (string?)null, "", true);
        foreach (var member in metadata.EnumerateObject())
        {
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null;
            switch (member.Name)
            {
                case "resourceVersion" when text is not null && version is null:
                    version = text;
                    break;
                case "selfLink" when text is not null && link is null:
                    link = text;
                    break;
                case ContinueName when text is not null:
                    next = text;
                    isPlain &= text.Length == 0;
                    break;
                default:
                    isPlain = false;
                    break;
            }
        }

        return new(version, link, next, isPlain);
    }

    /// <summary>What the client gets, with its own token.</summary>
    /// <param name="token">Empty: none.</param>
    public byte[] Write(string token)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in new[] { ("selfLink", SelfLink), ("resourceVersion", ResourceVersion), (ContinueName, token.Length > 0 ? token : null) })
            {
                if (value is not null)
                {
                    json.WriteString(name, value);
                }
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
