using Tidegate.Git;

namespace Tidegate.Sync;

/// <summary>The steps that talk with the repository and may take long.</summary>
internal sealed partial class Reconciler
{
    private async Task<Outcome> PassOnSoundMirrorAsync(PassRun run, CancellationToken cancellationToken)
    {
        // A pass without a fetch needs no mirror, and may run while a fetch works on it.
        if (!run.Request.Fetches)
        {
            return Pass(run, options, null, TimeSpan.Zero);
        }

        if (keeper.TakeMirrorDamage() is { } damage && applied.Source == options.Source)
        {
            fetcher.GiveUpMirror(damage);
        }

        try
        {
            return await FetchingPassAsync(run, cancellationToken);
        }
        catch (DamagedMirrorException e)
        {
            fetcher.GiveUpMirror(e.Message);
            return await FetchingPassAsync(run, cancellationToken);
        }
    }

    private async Task<Outcome> FetchingPassAsync(PassRun run, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (fetched, current) = await FetchAsync(run, cancellationToken);
        var fetching = time.GetElapsedTime(started);
        return fetched switch
        {
            FetchResult.Updated updated => Pass(run, current, updated.Revision, fetching),
            FetchResult.Unchanged unchanged => Pass(run, current, unchanged.Revision, fetching),
            FetchResult.Failed failed => Unreachable(failed.Message),
            _ => Unreachable("the fetch gave no result"),
        };

        Outcome Unreachable(string failure) => new(PassOutcome.Unreachable, null, new([]), applied.State.Problems, failure) { FetchDuration = fetching };
    }

    /// <summary>Fetches from the repository that the configuration names when the fetch is over.</summary>
    private async Task<(FetchResult Result, SyncOptions Current)> FetchAsync(PassRun run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var asked = options;
            run.Began("fetching", asked.Repository.Timeout + Margin);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var fetching = fetcher.FetchAsync(asked.Repository, stop.Token);
            while (!fetching.IsCompleted && !cancellationToken.IsCancellationRequested && options.Repository == asked.Repository)
            {
                await run.Meanwhile(fetching);
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
