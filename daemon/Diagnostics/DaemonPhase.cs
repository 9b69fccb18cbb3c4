namespace Tidegate.Diagnostics;

/// <summary>Where the daemon is in its life.</summary>
internal enum DaemonPhase
{
    /// <summary>No state is in force yet, or nobody listens.</summary>
    Starting,

    Serving,

    /// <summary>It was told to stop: what is under way goes on.</summary>
    Draining,
}
