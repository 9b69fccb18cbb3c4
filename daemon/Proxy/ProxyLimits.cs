using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tidegate.Proxy;

/// <summary>
/// Kestrel's limits. A kube-apiserver takes a head of 1 MiB (<c>k8s.io/apiserver/pkg/server/secure_serving.go</c>) and 250 streams on a connection; the gate's clients prove who they are
/// by a certificate, so that no header of theirs is long, and the longest first line is an exec's whose command is a script: 128 KiB, which is what Linux takes as one argument, and
/// three times that when every byte is escaped.
/// </summary>
internal static class ProxyLimits
{
    private const int MostHeaderBytes = 512 * 1024;

    // What is received of a stream and not passed on yet; a client that is 0.1 s away sends 2.5 MB/s with that.
    private const int MostWaitingBytes = 256 * 1024;

    public static void Apply(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        // Header bytes pass as they came, in both directions.
        options.RequestHeaderEncodingSelector = RequestHeaderEncoding.For;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

        var limits = options.Limits;
        limits.MaxRequestLineSize = MostHeaderBytes;
        limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        limits.MaxRequestBufferSize = MostHeaderBytes;
        limits.MaxRequestHeaderCount = 500;
        // The API server has its own limits for bodies, and none for what it proxies.
        limits.MaxRequestBodySize = null;
        // An interactive session may send a byte an hour.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(180);

        // A client that needs more opens another connection, as it does to a kube-apiserver.
        limits.Http2.MaxStreamsPerConnection = 250;
        limits.Http2.InitialConnectionWindowSize = 2 * MostWaitingBytes;
        limits.Http2.InitialStreamWindowSize = MostWaitingBytes;
        limits.Http2.MaxRequestHeaderFieldSize = MostHeaderBytes;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(30);
    }
}
