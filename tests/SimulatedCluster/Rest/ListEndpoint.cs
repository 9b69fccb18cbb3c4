using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Rest;

/// <summary>Lists with selectors, <c>limit</c> and <c>continue</c>.</summary>
internal sealed class ListEndpoint(ObjectStore store, TimeProvider time)
{
    public Task AnswerAsync(HttpContext context, ApiRequest request, ResourceType type)
    {
        ObjectView view = ObjectView.Of(context.Request, type, time);
        (List<JsonObject> all, long revision) = store.List(type, request.Namespace);
        Func<JsonObject, bool> matches = Selection(context.Request.Query);
        List<JsonObject> items = [.. all.Where(matches)];
        JsonObject metadata = new() { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        int skip = Offset(context.Request.Query["continue"].ToString());
        if (int.TryParse(context.Request.Query["limit"], CultureInfo.InvariantCulture, out int limit) && limit > 0 && items.Count - skip > limit)
        {
            metadata["continue"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"offset:{skip + limit}"));
            metadata["remainingItemCount"] = items.Count - skip - limit;
            items = items.GetRange(skip, limit);
        }
        else
        {
            items = items.GetRange(Math.Min(skip, items.Count), Math.Max(items.Count - skip, 0));
        }

        return Reply.BytesAsync(context, 200, view.Bytes(view.List(type, items, metadata)), view.ContentType);
    }

    public static Func<JsonObject, bool> Selection(IQueryCollection query)
    {
        LabelQuery labels = LabelQuery.Parse(query["labelSelector"].ToString());
        FieldQuery fields = FieldQuery.Parse(query["fieldSelector"].ToString());
        return item => labels.Matches(item) && fields.Matches(item);
    }

    private static int Offset(string token)
    {
        if (token.Length == 0)
        {
            return 0;
        }

        byte[] bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out int length)
            && Encoding.UTF8.GetString(bytes, 0, length) is var text
            && text.StartsWith("offset:", StringComparison.Ordinal)
            && int.TryParse(text["offset:".Length..], CultureInfo.InvariantCulture, out int offset)
                ? offset
                : throw ApiException.BadRequest("continue key is not valid");
    }
}
