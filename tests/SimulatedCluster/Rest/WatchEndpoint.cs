using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>
/// Watches: from a revision, from now with the present objects first, or as a streaming list (<c>sendInitialEvents</c>); with
/// bookmarks each minute and at the end where the client allows them. Headers are flushed at once.
/// </summary>
internal sealed class WatchEndpoint(ObjectStore store, TimeProvider time)
{
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(30);

    private int open;

    /// <summary>Watches being served now.</summary>
    public int Open => Volatile.Read(ref open);

    /// <param name="closing">Ends every watch cleanly when cancelled.</param>
    public async Task AnswerAsync(HttpContext context, ApiRequest request, ResourceType type, CancellationToken closing)
    {
        ListOptions options = ListOptions.Decode(request.Query);
        ListEndpoint.RequireNameOfPath(request, options);
        FieldLabels.Check(type, options.Fields);
        Func<JsonObject, bool> matches = request.Name.Length > 0 ? item => item.Name() == request.Name && options.Matches(item) : options.Matches;
        WatchStream stream = new(context, type, ObjectView.Of(context.Request, type, time, watch: true), matches);
        bool bookmarks = options.AllowWatchBookmarks;
        bool initial = options.SendInitialEvents;
        string from = options.ResourceVersion;
        if (initial && options.ResourceVersionMatch != "NotOlderThan")
        {
            throw new ApiException(
                422,
                "Invalid",
                "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }

        TimeSpan lifetime = options.TimeoutSeconds is > 0 and { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultLifetime;

        Interlocked.Increment(ref open);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing);
        using ITimer expiry = time.CreateTimer(_ => end.Cancel(), null, lifetime, Timeout.InfiniteTimeSpan);
        try
        {
            await stream.StartAsync();
            long revision = initial || from is "" or "0"
                ? await SendPresentAsync(stream, request, type, initial && bookmarks)
                : long.TryParse(from, CultureInfo.InvariantCulture, out long at) ? at : throw ApiException.BadRequest($"invalid resourceVersion {from}");
            await FollowAsync(stream, request, type, revision, bookmarks, end.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The lifetime is over or the cluster closes: the response ends as a whole one.
        }
        catch (ApiException error)
        {
            await stream.SendErrorAsync(error);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task<long> SendPresentAsync(WatchStream stream, ApiRequest request, ResourceType type, bool markEnd)
    {
        (IReadOnlyList<JsonObject> items, long revision) = store.List(type, request.Namespace);
        foreach (JsonObject item in items.Where(stream.Matches))
        {
            await stream.SendObjectAsync("ADDED", item);
        }

        if (markEnd)
        {
            await stream.SendBookmarkAsync(revision, initialEventsEnd: true);
        }

        return revision;
    }

    private async Task FollowAsync(WatchStream stream, ApiRequest request, ResourceType type, long revision, bool bookmarks, CancellationToken end)
    {
        Task bookmark = bookmarks ? Task.Delay(BookmarkInterval, time, end) : Task.Delay(Timeout.InfiniteTimeSpan, time, end);
        while (true)
        {
            (List<StoreEvent> events, long now, Task changed) = store.Since(revision);
            foreach (StoreEvent change in events)
            {
                if (change.Key.Resource == type.StorageName && (request.Namespace.Length == 0 || change.Key.Namespace == request.Namespace))
                {
                    await stream.SendChangeAsync(change);
                }
            }

            revision = now;
            if (await Task.WhenAny(changed, bookmark).WaitAsync(end) == bookmark)
            {
                await bookmark;
                await stream.SendBookmarkAsync(revision, initialEventsEnd: false);
                bookmark = Task.Delay(BookmarkInterval, time, end);
            }
        }
    }
}
