using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>Lists with selectors, <c>limit</c> and <c>continue</c>.</summary>
internal sealed class ListEndpoint(ObjectStore store, TimeProvider time)
{
    private const string TooOld =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to "
        + "retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first "
        + "chunk was returned and now may show up in the list.";

    public Task AnswerAsync(HttpContext context, ApiRequest request, ResourceType type)
    {
        (IReadOnlyList<JsonObject> items, long revision) = store.List(type, request.Namespace);
        return AnswerAsync(context, request, type, items, revision);
    }

    /// <summary>Answers with objects that are in no store.</summary>
    public Task AnswerAsync(HttpContext context, ApiRequest request, ResourceType type, IReadOnlyList<JsonObject> all, long revision)
    {
        ObjectView view = ObjectView.Of(context.Request, type, time);
        ListOptions options = ListOptions.Decode(request.Query);
        RequireNameOfPath(request, options);
        FieldLabels.Check(type, options.Fields);
        List<JsonObject> items = options.Labels.IsEmpty && options.Fields.IsEmpty ? [.. all] : [.. all.Where(options.Matches)];
        JsonObject metadata = new() { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        int skip = options.Continue.Length == 0 ? 0 : After(items, options.Continue);
        int left = items.Count - skip;
        if (options.Limit > 0 && left > options.Limit)
        {
            int limit = (int)options.Limit;
            metadata["continue"] = Token(items[skip + limit - 1], revision);

            // The real one cannot count what a selector leaves, and says nothing then.
            if (options.Labels.IsEmpty && options.Fields.IsEmpty)
            {
                metadata["remainingItemCount"] = left - limit;
            }

            left = limit;
        }

        return Reply.PiecesAsync(context, 200, view.List(items.GetRange(skip, left), metadata), view.ContentType);
    }

    /// <exception cref="ApiException">400 if a field selector names another object than the path.</exception>
    public static void RequireNameOfPath(ApiRequest request, ListOptions options)
    {
        if (request.Name.Length > 0 && !options.Fields.IsEmpty && options.Fields.ExactMatch("metadata.name") != request.Name)
        {
            throw ApiException.BadRequest("fieldSelector metadata.name doesn't match requested name");
        }
    }

    /// <summary>The token says after which object to go on, as etcd's key does, so that what changes before it does not shift the rest.</summary>
    private static string Token(JsonObject last, long revision) => Encode(Path(last), revision);

    private static string Encode(string after, long revision)
    {
        JsonObject token = new() { ["v"] = "meta.k8s.io/v1", ["rv"] = revision, ["start"] = $"{after}\0" };
        return System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token.ToJsonString()));
    }

    private static string Path(JsonObject item) => item.Namespace().Length > 0 ? $"{item.Namespace()}/{item.Name()}" : item.Name();

    /// <summary>Where a chunk goes on, among the objects as they are now: what came since the first chunk is not left out.</summary>
    private int After(List<JsonObject> items, string token)
    {
        JsonNode? read;
        try
        {
            read = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token));
        }
        catch (Exception error) when (error is FormatException or System.Text.Json.JsonException)
        {
            throw Invalid();
        }

        string start = read.Text("start")?.TrimEnd('\0') ?? throw Invalid();
        // -1: whatever is newest. Source: k8s.io/apiserver/pkg/storage/etcd3/errors.go.
        long revision = read.Number("rv") ?? 0;
        if (revision >= 0 && !store.Remembers(revision))
        {
            throw ApiException.Expired(TooOld, Encode(start, -1));
        }

        string[] parts = start.Split('/');
        (string ns, string name) = parts is [var space, var after] ? (space, after) : ("", start);
        int next = items.FindIndex(i => Compare(i, ns, name) > 0);
        return next < 0 ? items.Count : next;
    }

    private static int Compare(JsonObject item, string ns, string name)
    {
        int order = string.CompareOrdinal(item.Namespace(), ns);
        return order != 0 ? order : string.CompareOrdinal(item.Name(), name);
    }

    private static ApiException Invalid() => ApiException.BadRequest("continue key is not valid: invalid start key");
}
