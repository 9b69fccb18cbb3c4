using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>The clusters of the configuration's <c>kubeconfig_file</c>: one for each context, with the label of their origin only.</summary>
internal static class StaticClusters
{
    /// <summary>Reads the file; contexts that are not usable are left out with a problem.</summary>
    public static (IReadOnlyList<KubeCluster> Clusters, IReadOnlyList<Problem> Problems) Load(string path, bool allowInsecureSkipTlsVerify)
    {
        var read = KubeconfigReader.FromHost(path, allowInsecureSkipTlsVerify);
        var clusters = new List<KubeCluster>();
        var problems = read.Problems.ToList();
        foreach (var context in read.Contexts)
        {
            if (KubeCluster.IsValidName(context.Name))
            {
                clusters.Add(new KubeCluster(context.Name, OriginLabel.ConfigFile, context.Credential, new Origin(path, context.Line, "")) { IsStatic = true });
            }
            else
            {
                problems.Add(new Problem(
                    path, context.Line, 0, "contexts",
                    $"context \"{context.Name}\" is left out: {KubeCluster.NameRule}; rename it (kubectl config rename-context)"));
            }
        }

        return (clusters, problems);
    }
}
