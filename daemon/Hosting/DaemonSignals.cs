namespace Tidegate.Hosting;

/// <summary>
/// What signals mean to a daemon from its first line of code on, whatever it is doing: SIGTERM and SIGINT end it, cleanly, at any moment of its start; SIGHUP reads the
/// configuration again, and one that comes while the daemon starts counts when it has.
/// </summary>
internal sealed class DaemonSignals : IDisposable
{
    private readonly Lock access = new();
    private readonly TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Signals signals;
    private Action? reload;
    private Action? second;
    private bool isReloadAsked;

    private DaemonSignals() => signals = Signals.Register(Reload, _ => Stop());

    /// <summary>Completes when the daemon is told to stop.</summary>
    public Task Told => told.Task;

    public bool IsTold => told.Task.IsCompleted;

    public static DaemonSignals Register() => new();

    /// <summary>The same as a first SIGTERM; a second one ends the process without more ado.</summary>
    public void Stop()
    {
        if (!told.TrySetResult())
        {
            Volatile.Read(ref second)?.Invoke();
            Environment.Exit(1);
        }
    }

    /// <summary>From now on a reload is carried out at once.</summary>
    /// <param name="ending">Called before a second SIGTERM ends the process.</param>
    public void Serve(Action reloading, Action ending)
    {
        Volatile.Write(ref second, ending);
        bool isAsked;
        lock (access)
        {
            reload = reloading;
            isAsked = isReloadAsked;
        }

        if (isAsked)
        {
            reloading();
        }
    }

    public void Dispose() => signals.Dispose();

    private void Reload()
    {
        Action? reloading;
        lock (access)
        {
            reloading = reload;
            isReloadAsked = reloading is null;
        }

        reloading?.Invoke();
    }
}
