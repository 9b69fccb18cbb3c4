using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>What controllers would report of an object once they had done all that it asks for. They make no pods for it.</summary>
internal static class FinishedStatus
{
    /// <summary>Sets the status of kinds that have a controller, if it is not given.</summary>
    public static void Fill(ResourceType type, JsonObject item, string timestamp)
    {
        if (item["status"] is null && Status(type, item, timestamp) is { } status)
        {
            item["status"] = status;
        }
    }

    /// <summary>Whether the status says how many replicas there are.</summary>
    public static bool FollowsSpec(ResourceType type) => type.QualifiedName is "statefulsets.apps" or "replicationcontrollers";

    public static JsonObject Renewed(ResourceType type, JsonObject item, string timestamp)
    {
        item["status"] = Status(type, item, timestamp);
        return item;
    }

    private static JsonObject? Status(ResourceType type, JsonObject item, string timestamp) => type.QualifiedName switch
    {
        "statefulsets.apps" => Counts(Generation(item), Replicas(item), "replicas", "currentReplicas", "updatedReplicas", "readyReplicas", "availableReplicas"),
        "replicationcontrollers" => Counts(Generation(item), Replicas(item), "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"),
        "daemonsets.apps" => Counts(1, 1, "currentNumberScheduled", "desiredNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable"),
        "jobs.batch" => Job(item, timestamp),
        "cronjobs.batch" => [],
        "horizontalpodautoscalers.autoscaling" => new JsonObject { ["currentReplicas"] = item.Number("spec", "minReplicas") ?? 1, ["desiredReplicas"] = item.Number("spec", "minReplicas") ?? 1 },
        "ingresses.networking.k8s.io" => new JsonObject { ["loadBalancer"] = new JsonObject() },
        "poddisruptionbudgets.policy" => Counts(1, 1, "currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"),
        "persistentvolumes" => new JsonObject { ["phase"] = item.At("spec", "claimRef") is null ? "Available" : "Bound" },
        "persistentvolumeclaims" => Claim(item),
        "resourcequotas" => new JsonObject { ["hard"] = item.At("spec", "hard")?.DeepClone(), ["used"] = new JsonObject() },
        _ => null,
    };

    private static long Replicas(JsonObject item) => item.Number("spec", "replicas") ?? 1;

    private static long Generation(JsonObject item) => item.Number("metadata", "generation") ?? 1;

    private static JsonObject Counts(long generation, long count, params string[] fields)
    {
        JsonObject status = new() { ["observedGeneration"] = generation };
        foreach (string field in fields)
        {
            status[field] = count;
        }

        return status;
    }

    private static JsonObject Job(JsonObject item, string timestamp) => new()
    {
        ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Complete", ["status"] = "True", ["lastProbeTime"] = timestamp, ["lastTransitionTime"] = timestamp }),
        ["startTime"] = timestamp,
        ["completionTime"] = timestamp,
        ["succeeded"] = item.Number("spec", "completions") ?? 1,
    };

    private static JsonObject Claim(JsonObject item) => new()
    {
        ["phase"] = "Bound",
        ["accessModes"] = item.At("spec", "accessModes")?.DeepClone() ?? new JsonArray(),
        ["capacity"] = new JsonObject { ["storage"] = item.At("spec", "resources", "requests", "storage")?.DeepClone() ?? "1Gi" },
    };
}
