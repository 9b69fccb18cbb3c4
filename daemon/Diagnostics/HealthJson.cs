using System.Text.Json.Serialization;

namespace Tidegate.Diagnostics;

/// <summary>A report as JSON.</summary>
/// <param name="Status"><c>ok</c>, <c>degraded</c> or <c>failed</c>: the worst of the checks.</param>
internal sealed record HealthView(string Status, IReadOnlyList<HealthCheckView> Checks)
{
    public static HealthView Of(HealthReport report) => new(
        NameOf(report.Status), [.. report.Checks.Select(c => new HealthCheckView(c.Name, NameOf(c.Status), c.Reason, c.Since.ToUniversalTime()))]);

    /// <summary>The word for a status.</summary>
    public static string NameOf(HealthStatus status) => status switch
    {
        HealthStatus.Ok => "ok",
        HealthStatus.Degraded => "degraded",
        _ => "failed",
    };
}

/// <summary>One check.</summary>
/// <param name="Reason">Why it is not ok; empty when it is.</param>
/// <param name="Since">When it was first seen in this status: somebody must have asked.</param>
internal sealed record HealthCheckView(string Name, string Status, string Reason, DateTimeOffset Since);

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class HealthJson : JsonSerializerContext;
