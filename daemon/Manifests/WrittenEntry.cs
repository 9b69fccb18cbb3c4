using Tidegate.State;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>An entry of <c>kubernetes_resources</c> beside the fields that it was read from, for places.</summary>
internal readonly record struct WrittenEntry(KubernetesResource Resource, FieldReader Fields);
