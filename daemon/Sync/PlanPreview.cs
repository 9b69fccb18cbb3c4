using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>What a revision or a folder would change.</summary>
/// <param name="Revision">Null for a folder.</param>
/// <param name="Before">The state in force.</param>
/// <param name="After">The state that would be.</param>
/// <param name="Error">Why there is no plan; null when there is one.</param>
internal sealed record PlanPreview(Revision? Revision, Plan Plan, DesiredState Before, DesiredState After, string? Error)
{
    public static PlanPreview Failed(string error) => new(null, new([]), DesiredState.Empty, DesiredState.Empty, error);
}
