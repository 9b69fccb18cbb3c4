namespace Serilog.Sinks.Journald;

/// <summary>What became of an entry.</summary>
internal enum JournaldSendStatus
{
    /// <summary>The kernel holds it for the journal, which will read it even if the program ends now.</summary>
    Sent,

    /// <summary>The journal has not yet read what was sent before; worth another try.</summary>
    Full,

    /// <summary>Nobody listens at the socket; worth another try.</summary>
    Unreachable,

    /// <summary>This entry cannot be sent.</summary>
    Refused,
}

/// <summary>What became of an entry and, unless it was sent, why.</summary>
internal readonly record struct JournaldSendResult(JournaldSendStatus Status, string? Error)
{
    public static readonly JournaldSendResult Sent = new(JournaldSendStatus.Sent, null);

    public bool IsSent => Status == JournaldSendStatus.Sent;
}
