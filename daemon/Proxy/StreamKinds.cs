using Tidegate.Kubernetes;
using Tidegate.Metrics;

namespace Tidegate.Proxy;

/// <summary>Which kind of stream a request asks for.</summary>
internal static class StreamKinds
{
    public static StreamKind Of(RequestInfo request) => request switch
    {
        { Verb: "watch" } => StreamKind.Watch,
        { Subresource: "exec" } => StreamKind.Exec,
        { Subresource: "attach" } => StreamKind.Attach,
        { Subresource: "portforward" } => StreamKind.PortForward,
        { Subresource: "log" } => StreamKind.Logs,
        _ => StreamKind.Other,
    };
}
