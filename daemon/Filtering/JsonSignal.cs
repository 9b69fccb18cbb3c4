using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// The events of a watch that are about no object, bookmarks and errors, as far as they may be told. Sources: <c>k8s.io/apimachinery/pkg/apis/meta/v1/types.go</c>,
/// <c>k8s.io/apiserver/pkg/storage/cacher</c> for what a bookmark carries.
/// </summary>
internal static class JsonSignal
{
    /// <summary>Says that the initial events of a streaming list are over.</summary>
    public const string InitialEventsEnd = "k8s.io/initial-events-end";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1000 };

    private static readonly Dictionary<string, JsonAllowed> Marked = new()
    {
        ["kind"] = JsonAllowed.Plain,
        ["apiVersion"] = JsonAllowed.Plain,
        ["metadata"] = new(new Dictionary<string, JsonAllowed>
        {
            ["resourceVersion"] = JsonAllowed.Plain,
            ["annotations"] = new(new Dictionary<string, JsonAllowed> { [InitialEventsEnd] = JsonAllowed.Plain }),
        }),
    };

    private static readonly JsonAllowed Row = new(new Dictionary<string, JsonAllowed> { ["cells"] = JsonAllowed.EmptyArray, ["object"] = new(Marked) });

    private static readonly JsonAllowed Bookmark = new(new Dictionary<string, JsonAllowed>
    {
        ["type"] = JsonAllowed.Plain,
        ["object"] = new(new Dictionary<string, JsonAllowed>(Marked) { ["rows"] = new(null, Row) }),
    });

    /// <summary>The event as the client gets it.</summary>
    /// <param name="json">One whole event.</param>
    /// <param name="isError">Whether it is an error; else it is a bookmark.</param>
    /// <exception cref="UnfilterableAnswerException">It says something twice, or is no JSON.</exception>
    public static byte[] Tell(ReadOnlySpan<byte> json, bool isError)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Options);
            return isError ? Error(document.RootElement) : Bookmark.Copy(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UnfilterableAnswerException($"the cluster's answer is not JSON that can be read: {e.Message}", e);
        }
    }

    private static byte[] Error(JsonElement happened) => JsonStatus.Written(json =>
    {
        json.WriteStartObject();
        foreach (var member in happened.EnumerateObject())
        {
            if (member.Name == "type")
            {
                json.WriteString(member.Name, member.Value.GetString());
            }
            else if (member.Name == "object")
            {
                json.WritePropertyName(member.Name);
                JsonStatus.Write(member.Value, json, seal: null);
            }
        }

        json.WriteEndObject();
    });
}
