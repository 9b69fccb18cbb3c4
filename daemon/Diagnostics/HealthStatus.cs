namespace Tidegate.Diagnostics;

/// <summary>How a check went; a report has the worst of its checks.</summary>
internal enum HealthStatus
{
    Ok,

    /// <summary>It serves, and somebody should look at it: still 200.</summary>
    Degraded,

    /// <summary>503.</summary>
    Failed,
}
