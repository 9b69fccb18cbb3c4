namespace Tidegate.Listener;

/// <summary>
/// The connections whose TLS handshake is not done: anybody can have them, without a certificate, so there are only so many at once. When there are, the listener accepts no
/// more until one is done, and those whose clients have not said a word are ended first: a client that waited in the kernel's queue has sent its first record long before it
/// is accepted, so that silence for a moment is no slow network. The rest come to an end by the time limit of the handshake.
/// </summary>
/// <param name="most">How many there may be, as the limit of open files is at the moment; at most <see cref="Limit"/> count.</param>
internal sealed class Handshakes(Func<int> most, TimeProvider time)
{
    /// <summary>The most at once, however many files may be open: each takes some 30 kB, and a processor finishes several hundred a second.</summary>
    public const int Limit = 1024;

    private const int Least = 4;

    private static readonly TimeSpan LongestSilence = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock access = new();
    private readonly LinkedList<OpenConnection> unfinished = [];
    private readonly Dictionary<OpenConnection, LinkedListNode<OpenConnection>> nodes = new(ReferenceEqualityComparer.Instance);
    private int allowed;
    private long allowedAt;
    private long ended;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (access)
            {
                return unfinished.Count;
            }
        }
    }

    /// <summary>How many were ended to make room, since the start.</summary>
    public long EndedForRoom => Interlocked.Read(ref ended);

    /// <summary>A connection was accepted.</summary>
    public void Began(OpenConnection connection)
    {
        lock (access)
        {
            nodes[connection] = unfinished.AddLast(connection);
        }
    }

    /// <summary>Its handshake is done, or it is over.</summary>
    public void Ended(OpenConnection connection)
    {
        lock (access)
        {
            if (nodes.Remove(connection, out var node))
            {
                unfinished.Remove(node);
            }
        }
    }

    /// <summary>Whether one more may begin; ends those that have been silent too long when that makes room.</summary>
    public bool MakeRoom()
    {
        var silent = new List<OpenConnection>();
        lock (access)
        {
            if (unfinished.Count < Allowed())
            {
                return true;
            }

            foreach (var connection in unfinished)
            {
                if (connection.Age < LongestSilence)
                {
                    break;
                }

                if (connection.IsSilent)
                {
                    silent.Add(connection);
                }
            }
        }

        foreach (var connection in silent)
        {
            Ended(connection);
            connection.Abort();
            Interlocked.Increment(ref ended);
        }

        return silent.Count > 0;
    }

    private int Allowed()
    {
        if (allowed == 0 || time.GetElapsedTime(allowedAt) >= Interval)
        {
            (allowed, allowedAt) = (Math.Clamp(most(), Least, Limit), time.GetTimestamp());
        }

        return allowed;
    }
}
