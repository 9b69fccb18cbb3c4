namespace Tidegate.Audit;

/// <summary>What happens to a request whose record cannot be written.</summary>
internal enum AuditFailure
{
    /// <summary>It is refused; the default.</summary>
    Refuse,

    /// <summary>It goes on, and the loss is counted and logged.</summary>
    Continue,
}
