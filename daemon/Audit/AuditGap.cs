namespace Tidegate.Audit;

/// <summary>Records that were lost one after the other.</summary>
/// <param name="Count">At least 1.</param>
/// <param name="Reason">Why the first of them was lost.</param>
internal sealed record AuditGap(long Count, DateTimeOffset First, DateTimeOffset Last, string Reason)
{
    /// <summary>The gap with one more loss.</summary>
    public static AuditGap Widen(AuditGap? gap, DateTimeOffset now, string reason, long by = 1) =>
        gap is null ? new(by, now, now, reason) : gap with { Count = gap.Count + by, Last = now };
}
