namespace Tidegate.Diagnostics;

/// <summary>One check as it is now.</summary>
/// <param name="Since">When it was first seen in this status.</param>
internal sealed record HealthCheck(string Name, HealthStatus Status, string Reason, DateTimeOffset Since);

/// <summary>The answer to one of <c>/livez</c> and <c>/readyz</c>.</summary>
/// <param name="Name"><c>livez</c> or <c>readyz</c>.</param>
/// <param name="Only">The one check that was asked for; null for all.</param>
internal sealed record HealthReport(string Name, string? Only, IReadOnlyList<HealthCheck> Checks)
{
    public HealthStatus Status { get; } = Checks.Max(c => c.Status);

    /// <summary>HTTP status.</summary>
    public int Code => Status == HealthStatus.Failed ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
}
