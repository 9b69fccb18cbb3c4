using Tidegate.Hosting;
using Tidegate.Sync;

namespace Tidegate;

/// <summary>
/// The pass with which the daemon starts. Without anything to serve the start waits for it as long as it takes; when what the last process applied is in
/// force already, only for a moment: clients wait at the socket, and a git host that does not answer must not keep them.
/// </summary>
internal sealed class FirstPass(SyncLoop sync, SdNotify notify, bool restored, TimeProvider time)
{
    private static readonly TimeSpan RestoredPause = TimeSpan.FromSeconds(2);

    // How often systemd hears that a first clone goes on, and how long it waits for the next word.
    private static readonly TimeSpan ClonePause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ClonePatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource cancel = new();
    private Task<PassResult>? pass;

    /// <summary>Returns when there is a state to serve, or when the daemon is told to stop; then the pass is over too.</summary>
    /// <param name="told">Completes when the daemon is told to stop.</param>
    /// <exception cref="StartException">There is none.</exception>
    public async Task StateAsync(Task told)
    {
        pass = sync.PassAsync(new("start"), cancel.Token);
        Task ended;
        do
        {
            notify.Starting("Fetching the first state", ClonePatience);
            using var pause = new CancellationTokenSource();
            ended = await Task.WhenAny(pass, told, Task.Delay(restored ? RestoredPause : ClonePause, time, pause.Token));
            await pause.CancelAsync();
        }
        while (ended != pass && ended != told && !restored);

        if (told.IsCompleted)
        {
            // What it works with is about to be closed.
            await cancel.CancelAsync();
            await Task.WhenAny(pass, Task.Delay(LongestEnd, time));
            return;
        }

        if (ended == pass && (await pass).Error is { } error && !restored)
        {
            throw new StartException($"there is no state to serve yet, and the first pass failed: {error}");
        }
    }

    /// <summary>The pass to its end, when it still runs, and then the loop.</summary>
    public async Task ThenLoopAsync(CancellationToken cancellationToken)
    {
        await using (cancellationToken.Register(cancel.Cancel))
        {
            await pass!;
        }

        await sync.RunAsync(cancellationToken);
    }
}
