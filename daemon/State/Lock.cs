using Tidegate.Values;

namespace Tidegate.State;

/// <summary>A validated <c>lock</c>: refuses at once, and ends what is in flight. Every target that is set must match.</summary>
internal sealed record Lock(string Name, LockTarget Target, string Message, Origin Origin) : IResource
{
    /// <summary>The instant from which the lock no longer holds; null: until it is removed.</summary>
    public DateTimeOffset? Expires { get; init; }

    public override string ToString() => $"lock/{Name}";
}

/// <summary>Whom or what a lock holds; at least one is set.</summary>
internal sealed record LockTarget(string? User, string? Role, string? KubeCluster);
