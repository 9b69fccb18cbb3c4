using Tidegate.Metrics;
using Tidegate.Resources;

namespace Tidegate.Proxy;

/// <summary>A stage's answer that ends the request.</summary>
/// <param name="Message">For the person.</param>
/// <param name="Reason">For the audit record.</param>
internal sealed record Refusal(int Code, string Message, string Reason)
{
    /// <summary>For the metrics. A refusal with 500 is always for the sake of the audit record.</summary>
    public RefusalReason Class { get; init; } = Code switch
    {
        StatusCodes.Status400BadRequest => RefusalReason.BadRequest,
        StatusCodes.Status401Unauthorized => RefusalReason.Unauthenticated,
        StatusCodes.Status403Forbidden => RefusalReason.Forbidden,
        StatusCodes.Status404NotFound => RefusalReason.NotFound,
        StatusCodes.Status429TooManyRequests => RefusalReason.TooManyConnections,
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout => RefusalReason.Cluster,
        StatusCodes.Status508LoopDetected => RefusalReason.Loop,
        < StatusCodes.Status500InternalServerError => RefusalReason.BadRequest,
        _ => RefusalReason.Audit,
    };

    /// <summary>What was refused of an object or a collection; null when it was something else.</summary>
    public ResourceAction? Action { get; init; }

    public static Refusal BadRequest(string message) => new(StatusCodes.Status400BadRequest, message, message);

    /// <summary>One whose reason is what the person is told.</summary>
    public static Refusal Of(int code, string message) => new(code, message, message);
}
