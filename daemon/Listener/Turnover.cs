using System.Collections.Concurrent;
using System.Net;

namespace Tidegate.Listener;

/// <summary>
/// The time in which clients leave their connections: each answer asks for that, and the next request of a client with several comes on another of them. So an idle connection is left
/// alone until its client has come to rest on all of its own.
/// </summary>
/// <param name="connections">How many are open at its beginning.</param>
internal sealed class Turnover(int connections, TimeProvider time)
{
    // A client that goes on and on through hundreds of connections keeps the next process from beginning.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    // How many looks it takes to close what is idle. All at once would not do: a client tries a request that meets a closing connection on another one,
    // and only so often (three times in .NET).
    private const int Looks = 12;

    private readonly long began = time.GetTimestamp();
    private readonly ConcurrentDictionary<IPAddress, long> answered = new();

    /// <summary>How many idle connections may be closed in one look.</summary>
    public int MostAtOnce { get; } = Math.Max(1, (connections + Looks - 1) / Looks);

    /// <summary>An answer has asked a client to leave its connection.</summary>
    public void Answered(EndPoint? client) => answered[Address(client)] = time.GetTimestamp();

    /// <summary>For how long a client has asked nothing, on none of its connections, since all this began.</summary>
    public TimeSpan QuietOf(EndPoint? client)
    {
        var all = time.GetElapsedTime(began);
        return all < Longest && answered.TryGetValue(Address(client), out var last) ? time.GetElapsedTime(last) : all;
    }

    private static IPAddress Address(EndPoint? client) => (client as IPEndPoint)?.Address ?? IPAddress.None;
}
