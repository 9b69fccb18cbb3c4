namespace Tidegate.Resources;

/// <summary>
/// The verbs of <c>kubernetes_resources</c>, as a set. Source: Teleport, <c>api/types/constants.go</c>: those of the Kubernetes API for objects, and <c>exec</c> and
/// <c>portforward</c> for what reaches into a running program.
/// </summary>
[Flags]
internal enum ResourceVerbs
{
    None = 0,
    Get = 1 << 0,
    List = 1 << 1,
    Watch = 1 << 2,
    Create = 1 << 3,
    Update = 1 << 4,
    Patch = 1 << 5,
    Delete = 1 << 6,
    DeleteCollection = 1 << 7,
    Exec = 1 << 8,
    PortForward = 1 << 9,

    /// <summary>Any verb that has no name here (<c>use</c>, <c>approve</c>, an unknown method): only <c>*</c> covers it.</summary>
    Other = 1 << 10,

    /// <summary><c>*</c>.</summary>
    All = (1 << 11) - 1,
}
