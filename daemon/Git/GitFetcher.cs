using System.Diagnostics;
using System.Text.Json;

namespace Tidegate.Git;

/// <summary>
/// Brings the mirror up to date by a child process that is killed, with whatever it started, at its deadline. One fetch at a time; not
/// for use by several threads.
/// </summary>
/// <param name="mirrorPath">The bare repository, made when it is absent.</param>
internal sealed partial class GitFetcher(string mirrorPath, FetchCommand command, TimeProvider time, ILogger<GitFetcher> logger)
{
    private const int FirstRepackAbove = 50;
    private const int LongestStretch = 8;
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A repository that needs longer than the deadline would never be cloned, so the deadline doubles with each that passes.
    /// </summary>
    private int stretch = 1;
    private int repackAbove = FirstRepackAbove;

    /// <summary>The last child, which has answered and may still be packing; the next must not start before it ends.</summary>
    private Task lastChild = Task.CompletedTask;

    public string MirrorPath => mirrorPath;

    /// <summary>Fetches; every failure that the repository or the network causes is a value.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the child is gone.</exception>
    public Task<FetchResult> FetchAsync(GitRepositoryOptions options, CancellationToken cancellationToken) => FetchAsync(options, null, cancellationToken);

    /// <summary>The same of all branches and tags, for commits that are named as <see cref="RevisionNames"/> reads names; the answer is <see cref="FetchResult.Named"/>.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the child is gone.</exception>
    public Task<FetchResult> FindAsync(GitRepositoryOptions options, IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        FetchAsync(options, names, cancellationToken);

    private async Task<FetchResult> FetchAsync(GitRepositoryOptions options, IReadOnlyList<string>? names, CancellationToken cancellationToken)
    {
        if (options.Errors() is [var error, ..])
        {
            return new FetchResult.Failed(FetchFailure.Configuration, error);
        }

        await Task.WhenAny(lastChild).WaitAsync(cancellationToken);
        var deadline = options.Timeout * stretch;
        var (answer, isKilled) = await RunAsync(Request(options, names), deadline, cancellationToken);
        if (answer is null)
        {
            return isKilled ? TimedOut(deadline) : new FetchResult.Failed(FetchFailure.Other, "the fetch child ended without an answer: see the journal for its last words");
        }

        stretch = answer.Failure is null ? 1 : stretch;
        if (answer.Damage is not null)
        {
            Log.MirrorReplaced(logger, answer.Damage);
        }

        return (answer.Revision, answer.Changed) switch
        {
            _ when answer.Named is { } named => new FetchResult.Named(named),
            ({ } revision, true) => new FetchResult.Updated(revision),
            ({ } revision, false) => new FetchResult.Unchanged(revision),
            _ => new FetchResult.Failed(answer.Failure ?? FetchFailure.Other, answer.Message ?? "the fetch child gave no reason"),
        };
    }

    /// <summary>Gives up a mirror whose objects cannot be read (<see cref="DamagedMirrorException"/>); the next fetch clones anew.</summary>
    public void GiveUpMirror(string reason)
    {
        if (Mirror.IsTaken(mirrorPath))
        {
            Log.MirrorReplaced(logger, $"{reason}; {Mirror.MoveAside(mirrorPath)}");
        }
    }

    private FetchResult.Failed TimedOut(TimeSpan deadline)
    {
        stretch = Math.Min(stretch * 2, LongestStretch);
        return new(FetchFailure.Timeout, $"the fetch was not done after {deadline.TotalSeconds:0.#} s and was ended: check the server, or raise timeout");
    }

    private FetchRequest Request(GitRepositoryOptions options, IReadOnlyList<string>? names) => new()
    {
        Repository = options,
        MirrorPath = mirrorPath,
        Names = names,
        ConnectTimeout = Milliseconds(options.Timeout, LongestConnect),
        IdleTimeout = Milliseconds(options.Timeout, LongestSilence),
        RepackAbove = repackAbove,
    };

    private static int Milliseconds(TimeSpan timeout, TimeSpan longest) => (int)Math.Max(1, (timeout < longest ? timeout : longest).TotalMilliseconds);

    private async Task<(FetchAnswer? Answer, bool IsKilled)> RunAsync(FetchRequest request, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var process = Process.Start(StartInfo()) ?? throw new InvalidOperationException($"{command.FileName} could not be started.");
        var words = LogWordsAsync(process.StandardError);
        using var limit = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        FetchAnswer? answer = null;
        var isKilled = false;
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, FetchMessages.Default.FetchRequest).AsMemory(), either.Token);
            await process.StandardInput.FlushAsync(either.Token);
            answer = Parse(await process.StandardOutput.ReadLineAsync(either.Token));
        }
        catch (IOException)
        {
            // The child died before it read its request.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            isKilled = true;
        }
        finally
        {
            lastChild = EndAsync(process, words, answer is null ? TimeSpan.Zero : deadline);
        }

        if (answer is null)
        {
            await lastChild;
        }

        return (answer, isKilled);
    }

    /// <summary>Waits for a child that has answered; one that takes longer, or has not answered, is killed with what it started.</summary>
    private async Task EndAsync(Process process, Task words, TimeSpan patience)
    {
        using (process)
        {
            using var limit = new CancellationTokenSource(patience, time);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
                if (patience > TimeSpan.Zero)
                {
                    repackAbove *= 2;
                    Log.RepackEnded(logger, mirrorPath, repackAbove);
                }
            }

            // Whoever else holds the pipe's other end must not hold up the next fetch.
            await Task.WhenAny(words, Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None));
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(command.FileName, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Variables such as GIT_SSH or GIT_SSL_NO_VERIFY of whoever started the daemon must not change what a fetch does.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal) || k == "NOTIFY_SOCKET").ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private async Task LogWordsAsync(StreamReader standardError)
    {
        try
        {
            while (await standardError.ReadLineAsync(CancellationToken.None) is { } line)
            {
                Log.ChildSaid(logger, line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Closed after the child's end.
        }
    }

    private static FetchAnswer? Parse(string? line)
    {
        try
        {
            return line is null ? null : JsonSerializer.Deserialize(line, FetchMessages.Default.FetchAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Git + 1, LogLevel.Warning, "The mirror is cloned anew: {Reason}")]
        public static partial void MirrorReplaced(ILogger logger, string reason);

        [LoggerMessage(EventIds.Git + 2, LogLevel.Warning, "Packing {Mirror} took longer than the fetch's deadline; next try above {Packs} packs")]
        public static partial void RepackEnded(ILogger logger, string mirror, int packs);

        [LoggerMessage(EventIds.Git + 3, LogLevel.Warning, "The fetch child wrote: {Text}")]
        public static partial void ChildSaid(ILogger logger, string text);
    }
}
