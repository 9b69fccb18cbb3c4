using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Pods;

/// <summary>One running pod.</summary>
internal sealed class PodRuntime
{
    public PodRuntime(JsonObject pod, TimeProvider time)
    {
        Name = pod.Name();
        Namespace = pod.Namespace();
        Address = pod.Text("status", "podIP") ?? "";
        Log = new PodLog(time);
        Log.Append($"{Name} started");
        Log.Append("listening on :80");
        Files = new PodFiles(Name);
    }

    public string Name { get; }

    public string Namespace { get; }

    public string Address { get; }

    public PodLog Log { get; }

    public PodFiles Files { get; }

    /// <summary>The environment of every process in the pod.</summary>
    public Dictionary<string, string> Environment() => new(StringComparer.Ordinal)
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["HOSTNAME"] = Name,
        ["HOME"] = "/root",
        ["POD_NAMESPACE"] = Namespace,
        ["KUBERNETES_SERVICE_HOST"] = "10.96.0.1",
    };
}
