using System.Net.Sockets;
using System.Security.Authentication;
using Tidegate.Filtering;
using Tidegate.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace Tidegate.Proxy;

/// <summary>What a request is answered with that a cluster did not answer, and why, in words for the person, the audit record and the log.</summary>
/// <remarks>
/// 503 says that nothing was sent: it may be tried again. From the moment when something was sent nobody can tell what came of it, so that is 502, or 504 where the cluster fell silent.
/// </remarks>
internal static class ClusterFailure
{
    /// <param name="exception">The forwarder's; null when it has none.</param>
    /// <param name="cluster">Its name.</param>
    public static (int Code, string Why) Describe(ForwarderError error, Exception? exception, string cluster)
    {
        var name = $"kubernetes cluster \"{cluster}\"";
        return error switch
        {
            ForwarderError.RequestBodyClient => (StatusCodes.Status400BadRequest, "the request's body broke off"),
            ForwarderError.RequestTimedOut => NotInTime(name),
            _ when First<NoDescriptorException>(exception) is { } full => (StatusCodes.Status429TooManyRequests, full.Message),
            _ when IsBeforeSending(exception) => NotConnected(name, exception!),
            _ when First<SocketException>(exception) is { } socket && IsSilence(socket.SocketErrorCode) =>
                (StatusCodes.Status504GatewayTimeout, $"{name} fell silent: it did not acknowledge in time what was sent"),
            _ when First<UnfilterableAnswerException>(exception) is { } unfilterable => (StatusCodes.Status502BadGateway, $"{name}: {unfilterable.Message}"),
            _ => (StatusCodes.Status502BadGateway, $"{name} broke off the request"),
        };
    }

    private static (int Code, string Why) NotInTime(string name) => (StatusCodes.Status504GatewayTimeout, $"{name} did not accept a connection in time");

    private static (int Code, string Why) NotConnected(string name, Exception exception)
    {
        if (First<UntrustedClusterException>(exception) is { } untrusted)
        {
            return (StatusCodes.Status503ServiceUnavailable, $"{name} shows a certificate that the gate does not trust: {untrusted.Message}");
        }

        if (First<ForbiddenAddressException>(exception) is { } forbidden)
        {
            return (StatusCodes.Status503ServiceUnavailable, $"the address of {name} leads to {forbidden.Reason}");
        }

        if (exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } || First<AuthenticationException>(exception) is not null)
        {
            return Offline(name, "the TLS handshake with it failed");
        }

        return First<SocketException>(exception)?.SocketErrorCode switch
        {
            SocketError.TimedOut => NotInTime(name),
            SocketError.ConnectionRefused => Offline(name, "connection refused"),
            SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => Offline(name, "its address does not resolve"),
            { } other => Offline(name, other.ToString()),
            null => First<TimeoutException>(exception) is null ? Offline(name, "no connection to it can be made") : NotInTime(name),
        };
    }

    private static (int Code, string Why) Offline(string name, string why) => (StatusCodes.Status503ServiceUnavailable, $"{name} is offline: {why}");

    /// <summary>Whether it failed while a connection was being made, which the platform says in so many words.</summary>
    private static bool IsBeforeSending(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>What the kernel reports of a connection on which nothing is acknowledged any more; routers on the way may have said why.</summary>
    private static bool IsSilence(SocketError error) => error is SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown;

    private static T? First<T>(Exception? exception)
        where T : Exception
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }
}
