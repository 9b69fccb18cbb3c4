namespace Tidegate.Git;

/// <summary>
/// Tells when a repository of this host may have got a commit, by inotify on its references. It is a hint and no more: the timer still
/// polls, so that a lost event delays a commit and does not lose it.
/// </summary>
/// <remarks>
/// Git replaces references by renaming, packs them into <c>packed-refs</c> and removes emptied folders, and people replace whole
/// repositories. So every event sets the watches again, on what exists then; while the repository does not exist, the nearest folder
/// above it is watched for its appearance.
/// </remarks>
internal sealed partial class RepositoryWatch : IDisposable
{
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(50);
    private static readonly string[] ReferenceFiles = ["HEAD", "packed-refs"];

    private readonly string path;
    private readonly Action changed;
    private readonly ILogger<RepositoryWatch> logger;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly List<FileSystemWatcher> watchers = [];
    private string? watched;
    private bool isDisposed;
    private int isPending;

    private RepositoryWatch(string path, Action changed, TimeProvider time, ILogger<RepositoryWatch> logger)
    {
        this.path = path;
        this.changed = changed;
        this.logger = logger;
        timer = time.CreateTimer(_ => Settle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Watch();
    }

    /// <summary>Watches a repository, or answers null for one of another host.</summary>
    /// <param name="changed">Called on a thread of the pool, once for events that come together; must not throw.</param>
    public static RepositoryWatch? Start(GitUrl url, Action changed, TimeProvider time, ILogger<RepositoryWatch> logger) =>
        url.Transport == GitTransport.Local ? new(url.Text, changed, time, logger) : null;

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            Clear();
        }

        timer.Dispose();
    }

    private void Settle()
    {
        Volatile.Write(ref isPending, 0);
        lock (gate)
        {
            if (isDisposed)
            {
                return;
            }

            Watch();
        }

        changed();
    }

    private void Watch()
    {
        try
        {
            var directory = RepositoryLocation.Find(path);
            var key = directory is null ? null : Identity(directory);
            if (key is not null && key == watched)
            {
                return;
            }

            Clear();
            watched = key;
            if (directory is null)
            {
                Add(NearestFolder(path), null, recursive: false);
            }
            else
            {
                WatchReferences(directory);
            }
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            watched = null;
            Log.NotWatched(logger, path, e.Message);
        }
    }

    private void WatchReferences(string directory)
    {
        foreach (var place in RepositoryLocation.ReferencePlaces(directory))
        {
            Add(place, [.. ReferenceFiles, "refs"], recursive: false);
            Add(Path.Combine(place, "refs"), null, recursive: true);
        }

        // A repository that is removed or replaced takes its own watches with it.
        foreach (var place in new[] { directory, path }.Distinct())
        {
            Add(Path.GetDirectoryName(place) ?? "/", [Path.GetFileName(place)], recursive: false);
        }
    }

    /// <summary>Another repository at the same path has another creation time.</summary>
    private static string Identity(string directory)
    {
        var refs = Path.Combine(directory, "refs");
        return $"{directory}|{Directory.GetCreationTimeUtc(directory).Ticks}|{(Directory.Exists(refs) ? Directory.GetCreationTimeUtc(refs).Ticks : 0)}";
    }

    private static string NearestFolder(string path)
    {
        var folder = Path.GetDirectoryName(path) ?? "/";
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder) ?? "/";
        }

        // The folder may exist without being a repository yet; git init then makes .git or HEAD in it.
        return Directory.Exists(path) ? path : folder;
    }

    /// <param name="names">The entries that matter, or null for all but locks.</param>
    private void Add(string folder, string[]? names, bool recursive)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = recursive,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite,
        };
        watchers.Add(watcher);
        watcher.Changed += (_, e) => Signal(e.Name, names);
        watcher.Created += (_, e) => Signal(e.Name, names);
        watcher.Deleted += (_, e) => Signal(e.Name, names);
        watcher.Renamed += (_, e) =>
        {
            Signal(e.OldName, names);
            Signal(e.Name, names);
        };
        watcher.Error += (_, _) => Lost();
        watcher.EnableRaisingEvents = true;
    }

    private void Signal(string? name, string[]? names)
    {
        if (name is not null && !name.EndsWith(".lock", StringComparison.Ordinal) && (names is null || names.Contains(name)))
        {
            Schedule();
        }
    }

    /// <summary>Counted from the first event, not the last: a repository that is never quiet is still looked at.</summary>
    private void Schedule()
    {
        if (Interlocked.Exchange(ref isPending, 1) == 0)
        {
            timer.Change(Debounce, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Events were dropped, or the watched folder is gone: look at everything again.</summary>
    private void Lost()
    {
        lock (gate)
        {
            watched = null;
        }

        Schedule();
    }

    private void Clear()
    {
        foreach (var watcher in watchers)
        {
            watcher.Dispose();
        }

        watchers.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Git + 4, LogLevel.Warning, "{Repository} cannot be watched and is only polled: {Reason}")]
        public static partial void NotWatched(ILogger logger, string repository, string reason);
    }
}
