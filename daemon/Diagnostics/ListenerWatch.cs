using Tidegate.Proxy;

namespace Tidegate.Diagnostics;

/// <summary>Asks the proxy's listener from time to time whether it takes connections, and remembers when it last did.</summary>
/// <param name="isListening">Whether it was started and not told to stop.</param>
/// <param name="probe">Gives null when a connection was taken, else why not; returns within seconds.</param>
internal sealed class ListenerWatch(Func<bool> isListening, Func<CancellationToken, Task<string?>> probe, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Several looks: a busy host is not a dead listener.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private long takenAt = time.GetTimestamp();
    private volatile bool failed;

    public ListenerWatch(ProxyServer proxy, TimeProvider time)
        : this(() => proxy.IsListening, proxy.ProbeAsync, time)
    {
    }

    public bool IsListening => isListening();

    /// <summary>Whether the last look found it at work.</summary>
    public bool TookLast => !failed;

    /// <summary>False when it listens and took no connection for a minute.</summary>
    public bool IsAlive => !IsListening || time.GetElapsedTime(Interlocked.Read(ref takenAt)) < Patience;

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            failed = IsListening && await probe(cancellationToken) is not null;
            if (!failed)
            {
                Interlocked.Exchange(ref takenAt, time.GetTimestamp());
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
