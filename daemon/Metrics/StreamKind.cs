namespace Tidegate.Metrics;

/// <summary>The kinds of streams, as the label <c>kind</c> names them in lower case.</summary>
internal enum StreamKind
{
    Watch,
    Exec,
    Attach,
    PortForward,
    Logs,
    Other,
}
