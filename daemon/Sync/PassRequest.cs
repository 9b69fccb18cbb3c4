namespace Tidegate.Sync;

/// <summary>What a pass is asked to do.</summary>
/// <param name="Trigger">For the record: <c>start</c>, <c>interval</c>, <c>watch</c>, <c>signal</c>, <c>command</c>, <c>expiry</c>, <c>reload</c>.</param>
/// <param name="Fetches">False when only what is in force is built anew from the documents in memory: options changed, something expired. Such a pass runs at once, also beside a fetch.</param>
/// <param name="Confirms">The commit whose removals somebody confirms, see <see cref="State.RemovalConfirmation"/>; null for none.</param>
internal sealed record PassRequest(string Trigger, bool Fetches = true, string? Confirms = null)
{
    /// <summary>The commit, or at least 7 digits of its id, to which somebody accepts that the tag was moved; null for none.</summary>
    public string? AcceptsTagMove { get; init; }

    /// <summary>Whether one pass can do what both ask for: two confirmations are answered one by one.</summary>
    public bool GoesWith(PassRequest other) => AreOne(Confirms, other.Confirms) && AreOne(AcceptsTagMove, other.AcceptsTagMove);

    /// <summary>One pass that does what both ask for.</summary>
    public PassRequest And(PassRequest other) =>
        new(Trigger, Fetches || other.Fetches, Confirms ?? other.Confirms) { AcceptsTagMove = AcceptsTagMove ?? other.AcceptsTagMove };

    private static bool AreOne(string? one, string? other) => one is null || other is null || one == other;
}
