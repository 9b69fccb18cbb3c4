namespace Tidegate.Sync;

/// <summary>What a pass is asked to do.</summary>
/// <param name="Trigger">For the record: <c>start</c>, <c>interval</c>, <c>watch</c>, <c>signal</c>, <c>command</c>, <c>expiry</c>, <c>reload</c>.</param>
/// <param name="Fetches">False when only what is here already is built anew: options changed, something expired.</param>
/// <param name="ConfirmsRemoval">Whether somebody has confirmed a removal that the prune guard refuses.</param>
internal sealed record PassRequest(string Trigger, bool Fetches = true, bool ConfirmsRemoval = false)
{
    /// <summary>One pass that does what both ask for.</summary>
    public PassRequest And(PassRequest other) => new(Trigger, Fetches || other.Fetches, ConfirmsRemoval || other.ConfirmsRemoval);
}
