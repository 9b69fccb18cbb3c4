using Tidegate.Git;

namespace Tidegate.Sync;

/// <summary>The steps that talk with the repository and may take long.</summary>
internal sealed partial class Reconciler
{
    private async Task<Outcome> PassOnSoundMirrorAsync(PassRequest request, Func<Task, Task> meanwhile, CancellationToken cancellationToken)
    {
        // A pass without a fetch needs no mirror, and may run while a fetch works on it.
        if (!request.Fetches)
        {
            return Pass(request, options, null, TimeSpan.Zero);
        }

        if (keeper.TakeMirrorDamage() is { } damage && applied.Source == options.Source)
        {
            fetcher.GiveUpMirror(damage);
        }

        try
        {
            return await FetchingPassAsync(request, meanwhile, cancellationToken);
        }
        catch (DamagedMirrorException e)
        {
            fetcher.GiveUpMirror(e.Message);
            return await FetchingPassAsync(request, meanwhile, cancellationToken);
        }
    }

    private async Task<Outcome> FetchingPassAsync(PassRequest request, Func<Task, Task> meanwhile, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (fetched, current) = await FetchAsync(meanwhile, cancellationToken);
        var fetching = time.GetElapsedTime(started);
        return fetched switch
        {
            FetchResult.Updated updated => Pass(request, current, updated.Revision, fetching),
            FetchResult.Unchanged unchanged => Pass(request, current, unchanged.Revision, fetching),
            FetchResult.Failed failed => Unreachable(failed.Message),
            _ => Unreachable("the fetch gave no result"),
        };

        Outcome Unreachable(string failure) => new(PassOutcome.Unreachable, null, new([]), applied.State.Problems, failure) { FetchDuration = fetching };
    }

    /// <summary>Fetches from the repository that the configuration names when the fetch is over.</summary>
    private async Task<(FetchResult Result, SyncOptions Current)> FetchAsync(Func<Task, Task> meanwhile, CancellationToken cancellationToken)
    {
        while (true)
        {
            var asked = options;
            Began?.Invoke("fetching", asked.Repository.Timeout + Margin);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var fetching = fetcher.FetchAsync(asked.Repository, stop.Token);
            while (!fetching.IsCompleted && !cancellationToken.IsCancellationRequested && options.Repository == asked.Repository)
            {
                await meanwhile(fetching);
            }

            var current = options;
            if (current.Repository == asked.Repository)
            {
                return (await fetching, current);
            }

            await stop.CancelAsync();
            await Task.WhenAny(fetching);
        }
    }
}
