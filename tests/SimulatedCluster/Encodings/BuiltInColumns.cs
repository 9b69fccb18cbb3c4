using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Encodings;

/// <summary>The columns of built-in kinds, as kubernetes' pkg/printers/internalversion/printers.go has them.</summary>
internal static class BuiltInColumns
{
    private static readonly Dictionary<string, TableColumn[]> ByResource = new(StringComparer.Ordinal)
    {
        ["pods"] =
        [
            TableColumns.Name,
            Text("Ready", o => $"{o.Items("status", "containerStatuses").Count(s => s.At("ready")?.GetValue<bool>() == true)}/{o.Items("spec", "containers").Count()}"),
            Text("Status", o => o.Text("metadata", "deletionTimestamp") is null ? o.Text("status", "phase") ?? "" : "Terminating"),
            Text("Restarts", o => $"{o.Items("status", "containerStatuses").Sum(s => s.Number("restartCount") ?? 0)}"),
            TableColumns.Age,
            Wide("IP", o => o.Text("status", "podIP") ?? "<none>"),
            Wide("Node", o => o.Text("spec", "nodeName") ?? "<none>"),
            Wide("Nominated Node", _ => "<none>"),
            Wide("Readiness Gates", _ => "<none>"),
        ],
        ["namespaces"] = [TableColumns.Name, Field("Status", "status", "phase"), TableColumns.Age],
        ["nodes"] =
        [
            TableColumns.Name,
            Text("Status", _ => "Ready"),
            Text("Roles", _ => "<none>"),
            TableColumns.Age,
            Field("Version", "status", "nodeInfo", "kubeletVersion"),
        ],
        ["configmaps"] = [TableColumns.Name, Count("Data", "data"), TableColumns.Age],
        ["secrets"] = [TableColumns.Name, Field("Type", "type"), Count("Data", "data"), TableColumns.Age],
        ["serviceaccounts"] = [TableColumns.Name, Count("Secrets", "secrets"), TableColumns.Age],
        ["services"] =
        [
            TableColumns.Name,
            Field("Type", "spec", "type"),
            Text("Cluster-IP", o => o.Text("spec", "clusterIP") ?? "<none>"),
            Text("External-IP", _ => "<none>"),
            Text("Port(s)", o => string.Join(',', o.Items("spec", "ports").Select(p => $"{p.Number("port")}/{p.Text("protocol") ?? "TCP"}"))),
            TableColumns.Age,
        ],
        ["events"] = Events("involvedObject", "message", "lastTimestamp"),
        ["events.events.k8s.io"] = Events("regarding", "note", "deprecatedLastTimestamp"),
        ["deployments.apps"] =
        [
            TableColumns.Name,
            Text("Ready", o => $"{o.Number("status", "readyReplicas") ?? 0}/{o.Number("spec", "replicas") ?? 0}"),
            Number("Up-to-date", "status", "updatedReplicas") with { Type = "string" },
            Number("Available", "status", "availableReplicas") with { Type = "string" },
            TableColumns.Age,
        ],
        ["replicasets.apps"] = Replicas(),
        ["replicationcontrollers"] = Replicas(),
        ["statefulsets.apps"] =
            [TableColumns.Name, Text("Ready", o => $"{o.Number("status", "readyReplicas") ?? 0}/{o.Number("spec", "replicas") ?? 0}"), TableColumns.Age],
        ["daemonsets.apps"] =
        [
            TableColumns.Name,
            Number("Desired", "status", "desiredNumberScheduled"),
            Number("Current", "status", "currentNumberScheduled"),
            Number("Ready", "status", "numberReady"),
            Number("Up-to-date", "status", "updatedNumberScheduled"),
            Number("Available", "status", "numberAvailable"),
            Text("Node Selector", _ => "<none>"),
            TableColumns.Age,
        ],
        ["jobs.batch"] =
        [
            TableColumns.Name,
            Text("Status", o => o.Items("status", "conditions").Any(c => c.Text("type") == "Complete") ? "Complete" : "Running"),
            Text("Completions", o => $"{o.Number("status", "succeeded") ?? 0}/{o.Number("spec", "completions") ?? 1}"),
            Text("Duration", _ => ""),
            TableColumns.Age,
        ],
        ["cronjobs.batch"] =
        [
            TableColumns.Name,
            Field("Schedule", "spec", "schedule"),
            Text("Timezone", o => o.Text("spec", "timeZone") ?? "<none>"),
            Text("Suspend", o => o.At("spec", "suspend")?.GetValue<bool>() == true ? "True" : "False"),
            new("Active", "integer", (o, _) => o.Items("status", "active").Count()),
            new("Last Schedule", "string", (o, now) => o.Text("status", "lastScheduleTime") is { } last ? TableColumns.AgeOf(last, now) : "<none>"),
            TableColumns.Age,
        ],
        ["horizontalpodautoscalers.autoscaling"] =
        [
            TableColumns.Name,
            Text("Reference", o => $"{o.Text("spec", "scaleTargetRef", "kind")}/{o.Text("spec", "scaleTargetRef", "name")}"),
            Text("Targets", _ => "<unknown>"),
            Number("MinPods", "spec", "minReplicas") with { Type = "string" },
            Number("MaxPods", "spec", "maxReplicas") with { Type = "string" },
            Number("Replicas", "status", "currentReplicas") with { Type = "string" },
            TableColumns.Age,
        ],
        ["ingresses.networking.k8s.io"] =
        [
            TableColumns.Name,
            Text("Class", o => o.Text("spec", "ingressClassName") ?? "<none>"),
            Text("Hosts", o => string.Join(',', o.Items("spec", "rules").Select(r => r.Text("host") ?? "*"))),
            Text("Address", _ => ""),
            Text("Ports", o => o.Items("spec", "tls").Any() ? "80, 443" : "80"),
            TableColumns.Age,
        ],
        ["networkpolicies.networking.k8s.io"] = [TableColumns.Name, Text("Pod-Selector", Selector), TableColumns.Age],
        ["persistentvolumeclaims"] =
        [
            TableColumns.Name,
            Field("Status", "status", "phase"),
            Field("Volume", "spec", "volumeName"),
            Field("Capacity", "status", "capacity", "storage"),
            Text("Access Modes", AccessModes),
            Field("StorageClass", "spec", "storageClassName"),
            TableColumns.Age,
        ],
        ["persistentvolumes"] =
        [
            TableColumns.Name,
            Field("Capacity", "spec", "capacity", "storage"),
            Text("Access Modes", AccessModes),
            Field("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"),
            Field("Status", "status", "phase"),
            Text("Claim", o => o.At("spec", "claimRef") is { } claim ? $"{claim.Text("namespace")}/{claim.Text("name")}" : ""),
            Field("StorageClass", "spec", "storageClassName"),
            Field("Reason", "status", "reason"),
            TableColumns.Age,
        ],
        ["storageclasses.storage.k8s.io"] =
            [TableColumns.Name, Field("Provisioner", "provisioner"), Field("ReclaimPolicy", "reclaimPolicy"), Field("VolumeBindingMode", "volumeBindingMode"), TableColumns.Age],
        ["leases.coordination.k8s.io"] = [TableColumns.Name, Field("Holder", "spec", "holderIdentity"), TableColumns.Age],
        ["endpointslices.discovery.k8s.io"] =
        [
            TableColumns.Name,
            Field("AddressType", "addressType"),
            Text("Ports", o => string.Join(',', o.Items("ports").Select(p => $"{p.Number("port")}"))),
            Text("Endpoints", o => string.Join(',', o.Items("endpoints").SelectMany(e => e.Items("addresses")).Select(a => a.GetValue<string>()))),
            TableColumns.Age,
        ],
        ["poddisruptionbudgets.policy"] =
        [
            TableColumns.Name,
            Text("Min Available", o => o.At("spec", "minAvailable")?.ToString() ?? "N/A"),
            Text("Max Unavailable", o => o.At("spec", "maxUnavailable")?.ToString() ?? "N/A"),
            Number("Allowed Disruptions", "status", "disruptionsAllowed"),
            TableColumns.Age,
        ],
        ["priorityclasses.scheduling.k8s.io"] =
            [TableColumns.Name, Number("Value", "value"), Text("Global-Default", o => o.At("globalDefault")?.ToString() ?? "false"), TableColumns.Age],
        ["clusterroles.rbac.authorization.k8s.io"] = [TableColumns.Name, Text("Created At", o => o.Text("metadata", "creationTimestamp") ?? "")],
        ["rolebindings.rbac.authorization.k8s.io"] = [TableColumns.Name, Role(), TableColumns.Age],
        ["clusterrolebindings.rbac.authorization.k8s.io"] = [TableColumns.Name, Role(), TableColumns.Age],
    };

    /// <param name="qualifiedName">Such as <c>deployments.apps</c>.</param>
    public static TableColumn[]? Of(string qualifiedName) => ByResource.GetValueOrDefault(qualifiedName);

    private static TableColumn Text(string name, Func<JsonObject, string> value) => new(name, "string", (o, _) => value(o));

    private static TableColumn Wide(string name, Func<JsonObject, string> value) => new(name, "string", (o, _) => value(o), 1);

    private static TableColumn Field(string name, params string[] path) => Text(name, o => o.Text(path) ?? "");

    private static TableColumn Number(string name, params string[] path) => new(name, "integer", (o, _) => o.Number(path) ?? 0);

    private static TableColumn Count(string name, string field) =>
        new(name, "string", (o, _) => (o[field] as JsonObject)?.Count ?? (o[field] as JsonArray)?.Count ?? 0);

    private static TableColumn Role() => Text("Role", o => $"{o.Text("roleRef", "kind")}/{o.Text("roleRef", "name")}");

    private static TableColumn[] Replicas() =>
        [TableColumns.Name, Number("Desired", "spec", "replicas"), Number("Current", "status", "replicas"), Number("Ready", "status", "readyReplicas"), TableColumns.Age];

    private static TableColumn[] Events(string regarding, string note, string last) =>
    [
        new("Last Seen", "string", (o, now) => TableColumns.AgeOf(o.Text(last) ?? o.Text("metadata", "creationTimestamp"), now)),
        Field("Type", "type"),
        Field("Reason", "reason"),
        Text("Object", o => $"{o.Text(regarding, "kind")?.ToLowerInvariant()}/{o.Text(regarding, "name")}"),
        Field("Message", note),
        Wide("Name", o => o.Name()),
    ];

    private static string Selector(JsonObject item) =>
        item.At("spec", "podSelector", "matchLabels") is JsonObject { Count: > 0 } labels ? string.Join(',', labels.Select(l => $"{l.Key}={l.Value}")) : "<none>";

    private static string AccessModes(JsonObject item) => string.Join(',', item.Items("spec", "accessModes").Select(m => string.Concat(m.GetValue<string>().Where(char.IsUpper))));
}
