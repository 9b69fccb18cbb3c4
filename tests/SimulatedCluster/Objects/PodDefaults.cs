using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>The defaults of a pod and the status that a kubelet reports once all its containers run.</summary>
internal static class PodDefaults
{
    private const string HostAddress = "192.0.2.10";

    public static void Apply(JsonObject pod, string timestamp, string address)
    {
        JsonObject spec = pod.Ensure("spec");
        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= 30;
        spec["dnsPolicy"] ??= "ClusterFirst";
        spec["serviceAccountName"] ??= "default";
        spec["serviceAccount"] ??= spec["serviceAccountName"]!.DeepClone();
        spec["nodeName"] ??= "node-0";
        spec["schedulerName"] ??= "default-scheduler";
        spec["securityContext"] ??= new JsonObject();
        spec["enableServiceLinks"] ??= true;
        JsonArray statuses = [];
        foreach (JsonObject container in spec.Items("containers").OfType<JsonObject>())
        {
            container["resources"] ??= new JsonObject();
            container["imagePullPolicy"] ??= "IfNotPresent";
            container["terminationMessagePath"] ??= "/dev/termination-log";
            container["terminationMessagePolicy"] ??= "File";
            statuses.Add(RunningStatus(container, timestamp));
        }

        pod["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray([.. new[] { "Initialized", "Ready", "ContainersReady", "PodScheduled" }.Select(type => (JsonNode)new JsonObject
            {
                ["type"] = type,
                ["status"] = "True",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = timestamp,
            })]),
            ["hostIP"] = HostAddress,
            ["podIP"] = address,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }),
            ["startTime"] = timestamp,
            ["containerStatuses"] = statuses,
            ["qosClass"] = "BestEffort",
        };
    }

    /// <summary>Reports every ephemeral container of the spec as running.</summary>
    public static void RunEphemeralContainers(JsonObject pod, string timestamp) =>
        pod.Ensure("status")["ephemeralContainerStatuses"] =
            new JsonArray([.. pod.Items("spec", "ephemeralContainers").OfType<JsonObject>().Select(c => (JsonNode)RunningStatus(c, timestamp))]);

    /// <summary>Reports that the main process of a pod that is not restarted has ended.</summary>
    public static JsonObject Ended(JsonObject pod, int exitCode, string timestamp)
    {
        pod.Ensure("status")["phase"] = exitCode == 0 ? "Succeeded" : "Failed";
        foreach (JsonObject status in pod.Items("status", "containerStatuses").OfType<JsonObject>())
        {
            status["ready"] = false;
            status["started"] = false;
            status["state"] = new JsonObject
            {
                ["terminated"] = new JsonObject
                {
                    ["exitCode"] = exitCode,
                    ["reason"] = exitCode == 0 ? "Completed" : "Error",
                    ["startedAt"] = pod.Text("status", "startTime"),
                    ["finishedAt"] = timestamp,
                },
            };
        }

        return pod;
    }

    private static JsonObject RunningStatus(JsonObject container, string timestamp) => new()
    {
        ["name"] = container.Text("name") ?? "",
        ["state"] = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = timestamp } },
        ["lastState"] = new JsonObject(),
        ["ready"] = true,
        ["restartCount"] = 0,
        ["image"] = container.Text("image") ?? "",
        ["imageID"] = $"registry.example.com/{container.Text("image")}@sha256:{new string('0', 64)}",
        ["containerID"] = $"containerd://{new string('0', 64)}",
        ["started"] = true,
    };
}
