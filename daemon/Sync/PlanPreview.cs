using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>What a revision or a folder would change.</summary>
/// <param name="Revision">Null for a folder.</param>
/// <param name="Before">The state in force, or another that it is compared with.</param>
/// <param name="After">The state that would be, with what is held removed.</param>
/// <param name="Error">Why there is no plan; null when there is one.</param>
internal sealed record PlanPreview(Revision? Revision, Plan Plan, DesiredState Before, DesiredState After, string? Error)
{
    /// <summary>What of it would wait for a confirmation; null when nothing would.</summary>
    public HeldRemoval? Held { get; init; }

    /// <summary>The revision that <see cref="Before"/> is of; null when that is what is in force.</summary>
    public Revision? From { get; init; }

    public static PlanPreview Failed(string error) => new(null, new([]), DesiredState.Empty, DesiredState.Empty, error);
}
