using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
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

    public Task SendObjectAsync(string kind, JsonObject item) => SendAsync(view.Event(kind, item));

    /// <summary>Sends a change as the selectors see it: an object that starts to match is added, one that stops is deleted.</summary>
    public Task SendChangeAsync(StoreEvent change)
    {
        bool before = change.Before is { } old && matches(type.Shown(old));
        bool after = change.After is { } now && matches(type.Shown(now));
        return (before, after) switch
        {
            (false, true) => SendObjectAsync("ADDED", type.Shown(change.Last)),
            (true, true) => SendObjectAsync("MODIFIED", type.Shown(change.Last)),
            (true, false) => SendObjectAsync("DELETED", Gone(change)),
            _ => Task.CompletedTask,
        };
    }

    public Task SendBookmarkAsync(long revision, bool initialEventsEnd)
    {
        JsonObject metadata = new() { ["resourceVersion"] = Text(revision), ["creationTimestamp"] = null };
        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        return SendObjectAsync("BOOKMARK", new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata });
    }

    public Task SendErrorAsync(ApiException error) => SendAsync(view.ErrorEvent(error.ToStatus()));

    /// <summary>An object that left the selection is shown as it last fitted, at the revision of the change.</summary>
    private JsonObject Gone(StoreEvent change)
    {
        if (change.After is null)
        {
            return type.Shown(change.Last);
        }

        JsonObject last = change.Before!.Clone();
        last.Ensure("metadata")["resourceVersion"] = Text(change.Revision);
        return type.Shown(last);
    }

    private async Task SendAsync(byte[] line)
    {
        await context.Response.Body.WriteAsync(line, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static string Text(long revision) => revision.ToString(CultureInfo.InvariantCulture);
}
