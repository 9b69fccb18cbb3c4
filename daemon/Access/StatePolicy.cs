using Tidegate.Labels;
using Tidegate.State;

namespace Tidegate.Access;

/// <summary>The access rules of one state, in force or only looked at, with the clusters that it registers.</summary>
/// <param name="Clusters">By name, with the labels that roles see.</param>
internal sealed record StatePolicy(DesiredState State, AccessPolicy Policy, IReadOnlyDictionary<string, LabelSet> Clusters);
