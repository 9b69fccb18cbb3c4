using Tidegate.Kubernetes;

namespace Tidegate.Audit;

/// <summary>The original's event names and codes (Teleport, <c>lib/events/codes.go</c>), chosen by what a request is and how it went.</summary>
internal static class AuditCodes
{
    public const string RefusedCertificate = "T3007W";

    /// <summary>Records were lost; no code of the original's.</summary>
    public const string Gap = "TGA001I";

    /// <param name="info">What is asked; null when the request could not be read.</param>
    /// <param name="interactive">Whether an exec or attach has a terminal: that is a session, the rest are single commands.</param>
    /// <param name="stage">Which of a stream's two records this is.</param>
    /// <param name="failed">Whether it was refused or did not come about.</param>
    public static (string Event, string Code) For(RequestInfo? info, bool interactive, AuditStage stage, bool failed) =>
        (info?.Resource, info?.Subresource) switch
        {
            ("pods", "exec" or "attach") when failed => ("exec", "T3002E"),
            ("pods", "exec" or "attach") when interactive => stage == AuditStage.Start ? ("session.start", "T2000I") : ("session.end", "T2004I"),
            ("pods", "exec" or "attach") => ("exec", "T3002I"),
            ("pods", "portforward") when failed => ("port", "T3003E"),
            ("pods", "portforward") => stage == AuditStage.Start ? ("port", "T3003I") : ("port", "T3003S"),
            _ => ("kube.request", "T3009I"),
        };
}

/// <summary>A stream has a record when it starts and one when it ends; everything else only has the latter.</summary>
internal enum AuditStage
{
    Start,
    End,
}
