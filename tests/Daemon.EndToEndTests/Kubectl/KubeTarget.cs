using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>What the matrix of operations runs against: the simulated cluster itself, or a gate before it.</summary>
/// <param name="Name">Goes into the report: <c>direct</c>, <c>gate</c>.</param>
/// <param name="Kubeconfig">The path of a kubeconfig whose user may do everything.</param>
/// <param name="User">The user name that the cluster must see.</param>
/// <param name="Cluster">The cluster at the end, whose recorder says which transport really arrived.</param>
internal sealed record KubeTarget(string Name, string Kubeconfig, string User, SimulatedCluster Cluster);
