using System.Text.Json.Serialization;

namespace Tidegate.Api;

/// <summary>The clusters that somebody may use.</summary>
internal sealed record KubeClusterList(IReadOnlyList<KubeClusterItem> Items);

/// <summary>One cluster, as one person sees it.</summary>
/// <param name="Labels">Those of the manifest with those of the gate laid over them.</param>
/// <param name="KubernetesUsers">Whom the person may be there.</param>
/// <param name="KubernetesGroups">With which groups.</param>
internal sealed record KubeClusterItem(
    string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<string> KubernetesUsers, IReadOnlyList<string> KubernetesGroups)
{
    /// <summary>What the gate knows of it; for administrators only.</summary>
    public ClusterConditionsView? Health { get; init; }
}

/// <summary>How the API's values are written: snake case, as the manifests are.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(KubeClusterList))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(HistoryView))]
[JsonSerializable(typeof(PassView))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(ReloadView))]
[JsonSerializable(typeof(PlanRequest))]
[JsonSerializable(typeof(ResourceListView))]
[JsonSerializable(typeof(AccessRequest))]
[JsonSerializable(typeof(ExplainView))]
[JsonSerializable(typeof(AccessListView))]
[JsonSerializable(typeof(ErrorView))]
internal sealed partial class ApiJson : JsonSerializerContext;
