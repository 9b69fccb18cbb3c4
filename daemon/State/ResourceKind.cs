namespace Tidegate.State;

/// <summary>The kinds of resources as manifests, plans and records name them.</summary>
internal static class ResourceKind
{
    public const string KubeCluster = "kube_cluster";
    public const string Role = "role";
    public const string User = "user";
    public const string Mtls = "mtls";
    public const string Lock = "lock";

    public static string Of(IResource resource) => resource switch
    {
        State.KubeCluster or HostCluster => KubeCluster,
        State.Role => Role,
        State.User => User,
        MtlsConnector => Mtls,
        _ => Lock,
    };

    /// <summary>Every kind, in ordinal order.</summary>
    public static readonly IReadOnlyList<string> All = [KubeCluster, Lock, Mtls, Role, User];
}
