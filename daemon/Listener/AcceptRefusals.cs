using System.Net;
using Tidegate.Values;

namespace Tidegate.Listener;

/// <summary>Says that connections are not let in: when it begins, hourly while it lasts, and when it is over. Counts them.</summary>
internal sealed partial class AcceptRefusals(TimeProvider time, ILogger<AcceptRefusals> logger)
{
    // With a queue of clients there is a refusal between two that are let in.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly FailureRun run = new(time);
    private long count;
    private long last;
    private volatile bool failing;

    /// <summary>Connections that were refused, and attempts to accept one that failed, since the start.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>As many connections are open as the limit of open files allows.</summary>
    /// <param name="most">How many these are.</param>
    public void NoDescriptor(EndPoint endPoint, int most) =>
        Refused("the limit of open files is reached", () => Log.Refused(logger, endPoint, most), endPoint);

    /// <summary>The kernel hands none out.</summary>
    public void Failed(EndPoint endPoint, string reason) => Refused(reason, () => Log.NotAccepted(logger, endPoint, reason), endPoint);

    /// <summary>One was let in.</summary>
    public void Accepted()
    {
        if (failing && time.GetElapsedTime(Interlocked.Read(ref last)) >= Quiet && run.Succeeded(out var span))
        {
            failing = false;
            Log.AcceptedAgain(logger, span.Attempts, (long)span.Lasted.TotalSeconds);
        }
    }

    private void Refused(string reason, Action say, EndPoint endPoint)
    {
        Interlocked.Increment(ref count);
        Interlocked.Exchange(ref last, time.GetTimestamp());
        failing = true;
        switch (run.Failed(reason, out var span))
        {
            case FailureNews.Began:
                say();
                break;
            case FailureNews.GoesOn:
                Log.StillRefused(logger, endPoint, span.Attempts, span.Since, reason);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Listener + 1, LogLevel.Error, "A connection to {EndPoint} cannot be accepted: {Reason}")]
        public static partial void NotAccepted(ILogger logger, EndPoint endPoint, string reason);

        [LoggerMessage(EventIds.Listener + 2, LogLevel.Error, "Connections to {EndPoint} are refused: {Most} clients are connected, as many as the limit of open files allows. Raise it: LimitNOFILE= in the unit, else ulimit -n")]
        public static partial void Refused(ILogger logger, EndPoint endPoint, int most);

        [LoggerMessage(EventIds.Listener + 3, LogLevel.Error, "Connections to {EndPoint} are still refused, {Attempts} since {Since:u}: {Reason}")]
        public static partial void StillRefused(ILogger logger, EndPoint endPoint, long attempts, DateTimeOffset since, string reason);

        [LoggerMessage(EventIds.Listener + 4, LogLevel.Information, "Connections are accepted again; {Attempts} were not in {Seconds} s")]
        public static partial void AcceptedAgain(ILogger logger, long attempts, long seconds);
    }
}
