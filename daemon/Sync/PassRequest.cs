namespace Tidegate.Sync;

/// <summary>What a pass is asked to do.</summary>
/// <param name="Trigger">For the record: <c>start</c>, <c>interval</c>, <c>watch</c>, <c>signal</c>, <c>command</c>, <c>expiry</c>, <c>reload</c>.</param>
/// <param name="Fetches">False when only what is here already is built anew: options changed, something expired.</param>
/// <param name="Confirms">The commit whose removals somebody confirms, see <see cref="State.RemovalConfirmation"/>; null for none.</param>
internal sealed record PassRequest(string Trigger, bool Fetches = true, string? Confirms = null)
{
    /// <summary>Whether one pass can do what both ask for: two confirmations are answered one by one.</summary>
    public bool GoesWith(PassRequest other) => Confirms is null || other.Confirms is null || Confirms == other.Confirms;

    /// <summary>One pass that does what both ask for.</summary>
    public PassRequest And(PassRequest other) => new(Trigger, Fetches || other.Fetches, Confirms ?? other.Confirms);
}
