using System.Net.Sockets;

namespace Tidegate.Load;

/// <summary>Names what became of a request that was not answered.</summary>
internal static class Failure
{
    /// <returns>refused, reset, timeout or other; null for what is no failure of the network but of this program.</returns>
    public static string? KindOf(Exception exception) => exception switch
    {
        OperationCanceledException => "timeout",
        HttpRequestException or IOException or SocketException => Causes(exception).OfType<SocketException>().FirstOrDefault()?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "refused",
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "reset",
            SocketError.TimedOut => "timeout",
            _ => Causes(exception).Any(EndsEarly) ? "reset" : "other",
        },
        _ => null,
    };

    /// <summary>The messages of an exception and of what caused it.</summary>
    public static string Describe(Exception exception) => string.Join(" <- ", Causes(exception).Select(cause => cause.Message));

    // A connection that closes in the middle of an answer or of a handshake: the same loss to a client as a reset.
    private static bool EndsEarly(Exception exception) =>
        exception is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError }
        || (exception is IOException and not HttpIOException);

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
