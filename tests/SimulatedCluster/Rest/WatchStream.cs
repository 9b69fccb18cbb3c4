using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Rest;

/// <summary>The body of one watch: its events, flushed one by one.</summary>
internal sealed class WatchStream(HttpContext context, ResourceType type, ObjectView view, Func<JsonObject, bool> matches)
{
    public bool Matches(JsonObject item) => matches(item);

    public async Task StartAsync()
    {
        context.Response.ContentType = view.WatchContentType;
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public Task SendObjectAsync(string kind, JsonObject item) => SendAsync(kind, view.Single(type, item));

    /// <summary>Sends a change as the selectors see it: an object that starts to match is added, one that stops is deleted.</summary>
    public Task SendChangeAsync(StoreEvent change)
    {
        bool before = change.Before is { } old && matches(old);
        bool after = change.After is { } now && matches(now);
        return (before, after) switch
        {
            (false, true) => SendObjectAsync("ADDED", change.Last),
            (true, true) => SendObjectAsync("MODIFIED", change.Last),
            (true, false) => SendObjectAsync("DELETED", change.Last),
            _ => Task.CompletedTask,
        };
    }

    public Task SendBookmarkAsync(long revision, bool initialEventsEnd)
    {
        JsonObject metadata = new() { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        JsonObject item = new() { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata };
        return SendAsync("BOOKMARK", view.Single(type, item));
    }

    public async Task SendAsync(string kind, JsonObject item)
    {
        await context.Response.Body.WriteAsync(view.EventBytes(kind, item), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
