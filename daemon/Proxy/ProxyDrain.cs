using Tidegate.Listener;

namespace Tidegate.Proxy;

/// <summary>
/// Lets the proxy come to an end so that nobody's request fails. While streams are open and the grace lasts, the daemon goes on serving when the
/// sockets are inherited, since nobody else could. Then it accepts nothing more, what is new waits for the next process; from now on each answer asks
/// its client to use another connection, streams end cleanly, plain requests finish, and each connection closes once it is quiet.
/// </summary>
internal sealed class ProxyDrain(AcceptGate gate, InFlight inFlight, TimeProvider time)
{
    private const string Reason = "the gate is shutting down";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    /// <summary>How long plain requests and handshakes may go on after the streams.</summary>
    public static TimeSpan Rest { get; } = TimeSpan.FromSeconds(5);

    /// <param name="grace">The longest that streams may go on.</param>
    /// <param name="progress">Told now and then how many streams are open, and how long the grace still lasts.</param>
    public async Task RunAsync(TimeSpan grace, Action<int, TimeSpan> progress, CancellationToken cancellationToken)
    {
        // Not earlier: a connection that is asked to turn over while this process still accepts comes back to it, again and again with each answer,
        // and an HTTP/2 client gives a request up after a few such turns.
        if (!gate.OutlivesProcess)
        {
            Close();
        }

        await UntilStreamsEndedAsync(grace, progress, cancellationToken);
        Close();
        inFlight.EndWhere(IsStream, Reason);
        await UntilAsync(AllIsQuiet, Rest, cancellationToken);
        inFlight.EndWhere(_ => true, Reason);
    }

    private bool AllIsQuiet()
    {
        gate.Connections.CloseQuiet();
        return inFlight.Count == 0 && gate.Connections.AreClosing;
    }

    private void Close()
    {
        gate.Close();
        gate.Connections.TurnOver();
    }

    private async Task UntilStreamsEndedAsync(TimeSpan grace, Action<int, TimeSpan> progress, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var said = -1;
        await UntilAsync(NoStreamIsOpen, grace, cancellationToken);

        bool NoStreamIsOpen()
        {
            var passed = time.GetElapsedTime(began);
            var streams = inFlight.CountWhere(IsStream);
            if (streams > 0 && (int)passed.TotalSeconds is var second && second > said)
            {
                said = second;
                progress(streams, grace - passed);
            }

            return streams == 0;
        }
    }

    private async Task UntilAsync(Func<bool> holds, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var timer = new PeriodicTimer(Look, time);
        while (!holds() && time.GetElapsedTime(began) < limit)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static bool IsStream(ProxyExchange exchange) => exchange.Request?.IsLongRunning == true;
}
