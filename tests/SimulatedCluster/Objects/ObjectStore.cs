using System.Globalization;
using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

internal readonly record struct ObjectKey(string Resource, string Namespace, string Name) : IComparable<ObjectKey>
{
    public static ObjectKey Of(ResourceType type, string ns, string name) => new(type.StorageName, type.Namespaced ? ns : "", name);

    public int CompareTo(ObjectKey other)
    {
        int order = string.CompareOrdinal(Resource, other.Resource);
        order = order != 0 ? order : string.CompareOrdinal(Namespace, other.Namespace);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }
}

/// <summary>
/// One change, of objects as they are stored. <paramref name="Before"/> is null for a creation, <paramref name="After"/> for a deletion.
/// </summary>
internal sealed record StoreEvent(long Revision, ObjectKey Key, JsonObject? Before, JsonObject? After, JsonObject Last);

/// <summary>
/// All objects with one revision counter and a bounded history for watches, like etcd behind an API server.
/// Objects handed out are shared: callers clone before they change one.
/// </summary>
internal sealed class ObjectStore(TimeProvider time)
{
    private const int HistoryLimit = 20_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, StoredObjects> objects = new(StringComparer.Ordinal);
    private readonly List<StoreEvent> history = [];
    private long revision = 1000;
    private long forgotten = 1000;
    private TaskCompletionSource changed = NewSignal();

    /// <summary>The types whose objects these are.</summary>
    public ResourceCatalog Catalog { get; } = new();

    public long Revision
    {
        get
        {
            lock (gate)
            {
                return revision;
            }
        }
    }

    public DateTimeOffset Now => time.GetUtcNow();

    public string Timestamp => Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public JsonObject? Find(ResourceType type, string ns, string name)
    {
        lock (gate)
        {
            return Of(type).Find(ObjectKey.Of(type, ns, name)) is { } stored ? type.Shown(stored) : null;
        }
    }

    public JsonObject Get(ResourceType type, string ns, string name) => Find(type, ns, name) ?? throw ApiException.NotFound(type, name);

    /// <summary>The objects by namespace and name.</summary>
    /// <param name="ns">A namespace, or empty for all.</param>
    public (IReadOnlyList<JsonObject> Items, long Revision) List(ResourceType type, string ns)
    {
        IReadOnlyList<KeyValuePair<ObjectKey, JsonObject>> all;
        long now;
        lock (gate)
        {
            (all, now) = (Of(type).All, revision);
        }

        List<JsonObject> items = new(ns.Length == 0 ? all.Count : 16);
        foreach ((ObjectKey key, JsonObject stored) in all)
        {
            if (ns.Length == 0 || key.Namespace == ns)
            {
                items.Add(type.Shown(stored));
            }
        }

        return (items, now);
    }

    public JsonObject Create(ResourceType type, string ns, JsonObject body, bool dryRun)
    {
        lock (gate)
        {
            JsonObject item = type.Stored(NewObject.Prepare(type, ns, body, Timestamp));
            RequireNamespace(type, ns);
            ObjectKey key = ObjectKey.Of(type, ns, item.Name());
            if (Of(type).Find(key) is not null)
            {
                throw ApiException.AlreadyExists(type, item.Name());
            }

            return type.Shown(dryRun ? item : Commit(key, null, item));
        }
    }

    /// <summary>Takes finished objects in at once, in place of any of the same name; each gets its resourceVersion.</summary>
    public void Load(ResourceType type, string ns, IEnumerable<JsonObject> items)
    {
        lock (gate)
        {
            RequireNamespace(type, ns);
            foreach (JsonObject item in items)
            {
                ObjectKey key = ObjectKey.Of(type, ns, item.Name());
                Commit(key, Of(type).Find(key), item);
            }
        }
    }

    /// <summary>Changes one object in place of the caller: <paramref name="change"/> gets a clone and returns the wanted object.</summary>
    /// <exception cref="ApiException">404 if it is missing, 409 if the wanted object names another resourceVersion.</exception>
    public JsonObject Update(ResourceType type, string ns, string name, Func<JsonObject, JsonObject> change, bool dryRun = false)
    {
        lock (gate)
        {
            ObjectKey key = ObjectKey.Of(type, ns, name);
            JsonObject before = Of(type).Find(key) ?? throw ApiException.NotFound(type, name);
            JsonObject after = type.Stored(change(type.Shown(before).Clone()));
            string expected = after.ResourceVersion();
            if (expected.Length > 0 && expected != before.ResourceVersion())
            {
                throw ApiException.Conflict(type, name);
            }

            NewObject.KeepIdentity(before, after);
            if (JsonNode.DeepEquals(before, after))
            {
                return type.Shown(before);
            }

            if (before["spec"] is not null && !JsonNode.DeepEquals(before["spec"], after["spec"]))
            {
                after.Ensure("metadata")["generation"] = (before.Number("metadata", "generation") ?? 0) + 1;
            }

            return type.Shown(dryRun ? after : Commit(key, before, after));
        }
    }

    /// <param name="check">Looks at the object first, under the store's lock, and throws to keep it.</param>
    public JsonObject Delete(ResourceType type, string ns, string name, bool dryRun = false, Action<JsonObject>? check = null)
    {
        lock (gate)
        {
            ObjectKey key = ObjectKey.Of(type, ns, name);
            JsonObject before = Of(type).Find(key) ?? throw ApiException.NotFound(type, name);
            check?.Invoke(before);
            return type.Shown(dryRun ? before : Commit(key, before, null));
        }
    }

    /// <summary>The changes after a revision, and a task that completes at the next one.</summary>
    /// <exception cref="ApiException">410 if the history no longer reaches back that far.</exception>
    public (List<StoreEvent> Events, long Revision, Task Changed) Since(long after)
    {
        lock (gate)
        {
            if (after < forgotten)
            {
                throw ApiException.Expired($"too old resource version: {after} ({forgotten})");
            }

            int first = history.Count;
            while (first > 0 && history[first - 1].Revision > after)
            {
                first--;
            }

            return (history.GetRange(first, history.Count - first), revision, changed.Task);
        }
    }

    /// <summary>Whether the history reaches back to a revision.</summary>
    public bool Remembers(long past)
    {
        lock (gate)
        {
            return past >= forgotten;
        }
    }

    /// <summary>Forgets all history, so that a watch from an earlier revision is answered with 410 Expired.</summary>
    public void Compact()
    {
        lock (gate)
        {
            history.Clear();
            forgotten = ++revision;
        }
    }

    private StoredObjects Of(ResourceType type)
    {
        if (!objects.TryGetValue(type.StorageName, out StoredObjects? found))
        {
            objects[type.StorageName] = found = new StoredObjects();
        }

        return found;
    }

    private void RequireNamespace(ResourceType type, string ns)
    {
        if (type.Namespaced && Of(ResourceTypes.Namespaces).Find(ObjectKey.Of(ResourceTypes.Namespaces, "", ns)) is null)
        {
            throw ApiException.NotFound(ResourceTypes.Namespaces, ns);
        }
    }

    private JsonObject Commit(ObjectKey key, JsonObject? before, JsonObject? after)
    {
        revision++;
        JsonObject last = after ?? before!.Clone();
        last.Ensure("metadata")["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
        objects[key.Resource].Set(key, after);
        history.Add(new StoreEvent(revision, key, before, after, last));
        if (history.Count > HistoryLimit)
        {
            forgotten = history[HistoryLimit / 2].Revision;
            history.RemoveRange(0, (HistoryLimit / 2) + 1);
        }

        TaskCompletionSource signal = changed;
        changed = NewSignal();
        signal.SetResult();
        return last;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The objects of one resource in order, with a list of them that is made once per change.</summary>
    private sealed class StoredObjects
    {
        private readonly SortedDictionary<ObjectKey, JsonObject> byKey = [];
        private KeyValuePair<ObjectKey, JsonObject>[]? all;

        public IReadOnlyList<KeyValuePair<ObjectKey, JsonObject>> All => all ??= [.. byKey];

        public JsonObject? Find(ObjectKey key) => byKey.GetValueOrDefault(key);

        public void Set(ObjectKey key, JsonObject? value)
        {
            all = null;
            if (value is null)
            {
                byKey.Remove(key);
            }
            else
            {
                byKey[key] = value;
            }
        }
    }
}
