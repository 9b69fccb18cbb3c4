namespace Tidegate.Sessions;

/// <summary>
/// How many execs, attaches and port-forwards each person has open at this gate, over all clusters: for <c>max_kubernetes_connections</c>. Persons are
/// told apart by their names, so that another certificate gives nobody more.
/// </summary>
internal sealed class ConnectionCount
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);

    /// <summary>Persons with something open.</summary>
    public int Persons
    {
        get
        {
            lock (gate)
            {
                return open.Count;
            }
        }
    }

    /// <summary>Counts one more, if that is no more than the limit. To dispose what is returned counts it out, once.</summary>
    /// <param name="most">Null: no limit, and still counted, since one may come with the next state.</param>
    /// <returns>Null when it would be one too many.</returns>
    public IDisposable? TryOpen(string user, int? most)
    {
        lock (gate)
        {
            var count = open.GetValueOrDefault(user);
            if (count >= most)
            {
                return null;
            }

            open[user] = count + 1;
            return new Place(this, user);
        }
    }

    private void Close(string user)
    {
        lock (gate)
        {
            var count = open[user] - 1;
            if (count > 0)
            {
                open[user] = count;
            }
            else
            {
                open.Remove(user);
            }
        }
    }

    private sealed class Place(ConnectionCount count, string user) : IDisposable
    {
        private int closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref closed, 1) == 0)
            {
                count.Close(user);
            }
        }
    }
}
