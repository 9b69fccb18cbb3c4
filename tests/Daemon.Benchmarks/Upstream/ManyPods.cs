using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Seeds;

namespace Tidegate.Benchmarks.Upstream;

/// <summary>
/// The bytes in which an API server sends 5,000 pods of about 4 kB: made once by the simulated cluster's encoders, so that sending them costs next to nothing.
/// </summary>
internal static class ManyPods
{
    public const int Namespaces = 20;
    public const int PerNamespace = 250;
    public const int Count = Namespaces * PerNamespace;
    public const string ListPath = $"{UpstreamServer.ListPath}{ListQuery}";
    public const string WatchPath = $"{UpstreamServer.ListPath}{WatchQuery}";
    public const string ListQuery = "?resourceVersion=0";
    public const string WatchQuery = "?watch=true&resourceVersion=1";

    private static readonly ConcurrentDictionary<string, Lazy<(string ContentType, byte[] Body)>> Lists = new(StringComparer.Ordinal);

    private static readonly Lazy<ObjectStore> Store = new(() =>
    {
        var store = new ObjectStore(TimeProvider.System);
        for (var i = 0; i < Namespaces; i++)
        {
            store.Create(ResourceTypes.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = NamespaceOf(i) } }, dryRun: false);
            BulkPods.Add(store, NamespaceOf(i), "web", PerNamespace);
        }

        return store;
    });

    /// <summary>Such as <c>team-07</c>; in each there are pods from <c>web-0</c> on.</summary>
    public static string NamespaceOf(int number) => $"team-{number:00}";

    /// <summary>The whole list in the form that a client accepts.</summary>
    public static (string ContentType, byte[] Body) List(string accept) => Lists.GetOrAdd(accept, a => new(() => MakeList(a))).Value;

    /// <summary>An event about one pod, with a note in its metadata, which every form has.</summary>
    public static (string ContentType, byte[] Body) Event(string accept, string ns, string note)
    {
        var view = ViewOf(accept, isWatch: true);
        var pod = (JsonObject)Store.Value.Get(ResourceTypes.Pods, ns, "web-0").DeepClone();
        pod["metadata"]!["annotations"]!["example.com/note"] = note;
        return (view.WatchContentType, view.Event("MODIFIED", pod));
    }

    private static (string ContentType, byte[] Body) MakeList(string accept)
    {
        var view = ViewOf(accept, isWatch: false);
        var (items, revision) = Store.Value.List(ResourceTypes.Pods, "");
        var pieces = view.List(items, new JsonObject { ["resourceVersion"] = revision.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        return (view.ContentType, [.. pieces.SelectMany(p => p.ToArray())]);
    }

    private static ObjectView ViewOf(string accept, bool isWatch)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Accept = accept;
        return ObjectView.Of(context.Request, ResourceTypes.Pods, TimeProvider.System, isWatch);
    }
}
