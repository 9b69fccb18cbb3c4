namespace Tidegate.Diagnostics;

/// <summary>What a check found out.</summary>
/// <param name="Reason">
/// Why it is not ok, half a sentence; empty when it is. It is read by whoever reaches the listener, so it is written by the gate alone: no text of a
/// person, a cluster, the repository or the operating system stands in it. The journal has those.
/// </param>
internal readonly record struct HealthFinding(HealthStatus Status, string Reason)
{
    public static readonly HealthFinding Ok = new(HealthStatus.Ok, "");

    public static HealthFinding Degraded(string reason) => new(HealthStatus.Degraded, reason);

    public static HealthFinding Failed(string reason) => new(HealthStatus.Failed, reason);
}
