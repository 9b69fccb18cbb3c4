using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tidegate.Proxy;

/// <summary>
/// Kestrel's limits, set to what kube-apiserver takes (<c>k8s.io/apiserver/pkg/server/secure_serving.go</c>): Kestrel's own defaults refuse
/// legal kubectl traffic, such as a script in the query of an exec.
/// </summary>
internal static class ProxyLimits
{
    private const int MostHeaderBytes = 1 << 20;

    public static void Apply(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        // Header bytes pass as they came, in both directions.
        options.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

        var limits = options.Limits;
        limits.MaxRequestLineSize = MostHeaderBytes;
        limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        limits.MaxRequestBufferSize = 2 * MostHeaderBytes;
        limits.MaxRequestHeaderCount = 2000;
        // The API server has its own limits for bodies, and none for what it proxies.
        limits.MaxRequestBodySize = null;
        // An interactive session may send a byte an hour.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(32);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(180);

        // A dashboard holds a watch for each kind of each namespace on one connection.
        limits.Http2.MaxStreamsPerConnection = 1000;
        limits.Http2.MaxRequestHeaderFieldSize = MostHeaderBytes;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(30);
    }
}
