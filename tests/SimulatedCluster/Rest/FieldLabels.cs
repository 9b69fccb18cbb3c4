using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>The fields that a type's objects can be selected by; an API server refuses all others (pkg/apis/*/v1/conversion.go).</summary>
internal static class FieldLabels
{
    private static readonly Dictionary<string, string[]> More = new(StringComparer.Ordinal)
    {
        ["pods"] =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.podIPs",
            "status.nominatedNodeName",
        ],
        ["nodes"] = ["spec.unschedulable"],
        ["namespaces"] = ["status.phase"],
        ["secrets"] = ["type"],
        ["services"] = ["spec.clusterIP", "spec.type"],
        ["replicationcontrollers"] = ["status.replicas"],
        ["replicasets.apps"] = ["status.replicas"],
        ["jobs.batch"] = ["status.successful"],
        ["events"] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
            "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        ["events.events.k8s.io"] =
            ["regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion", "reason", "reportingController", "type"],
    };

    /// <exception cref="ApiException">400 for a field that the type does not offer.</exception>
    public static void Check(ResourceType type, FieldQuery fields)
    {
        foreach (string field in fields.FieldNames)
        {
            if (field is not "metadata.name" and not "metadata.namespace" && !More.GetValueOrDefault(type.QualifiedName, []).Contains(field))
            {
                throw ApiException.BadRequest(More.ContainsKey(type.QualifiedName)
                    ? $"field label not supported: {field}"
                    : $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
            }
        }
    }
}
