namespace Tidegate.Load;

/// <summary>A watch that stays open until the server ends it, or the run is over.</summary>
internal sealed class Watch(GateClient client, string path)
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the headers of the answer are there, or when opening failed.</summary>
    public Task Opened => opened.Task;

    public WatchReport Report { get; private set; } = new() { Ended = "never opened" };

    public async Task RunAsync(CancellationToken stop)
    {
        var events = 0;
        var ended = "reset";
        try
        {
            using var answer = await client.GetAsync(path, stop);
            if (!answer.IsSuccessStatusCode)
            {
                ended = $"status {(int)answer.StatusCode}";
                return;
            }

            opened.TrySetResult();
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            while (await lines.ReadLineAsync(stop) is not null)
            {
                events++;
            }

            ended = "clean";
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ended = "open";
        }
        catch (Exception e) when (Failure.KindOf(e) is { } kind)
        {
            ended = kind;
        }
        finally
        {
            Report = new() { Ended = ended, EndedAt = ended == "open" ? null : DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0, Events = events };
            opened.TrySetResult();
        }
    }
}
