using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>Events of events.k8s.io/v1 are those of the core group with other names for their fields (pkg/apis/events/v1/conversion.go).</summary>
internal static class EventForm
{
    private static readonly (string Core, string Events)[] Renamed =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
    ];

    public static StoredForm Stored { get; } = new(
        "events",
        item => Rename(item, "events.k8s.io/v1", name => Renamed.FirstOrDefault(r => r.Core == name).Events),
        item => Rename(item, "v1", name => Renamed.FirstOrDefault(r => r.Events == name).Core));

    private static JsonObject Rename(JsonObject item, string apiVersion, Func<string, string?> newName)
    {
        JsonObject renamed = new() { ["apiVersion"] = apiVersion, ["kind"] = "Event" };
        foreach ((string name, JsonNode? value) in item)
        {
            if (name is not "apiVersion" and not "kind")
            {
                renamed[newName(name) ?? name] = value?.DeepClone();
            }
        }

        return renamed;
    }
}
