namespace Tidegate.Load;

/// <summary>One run: watches first, then the requests at their rate, then the end of both.</summary>
internal static class LoadRun
{
    public static async Task<LoadReport> RunAsync(LoadOptions options)
    {
        using var client = new GateClient(options, options.Connections);
        using var stop = new CancellationTokenSource();

        // Watches as kubectl holds them: HTTP/2, on connections of their own, so that they end only for a reason of their own.
        using var watching = new GateClient(options, ConnectionUse.Http2);
        List<Watch> watches = [.. Enumerable.Range(0, options.Watches).Select(_ => new Watch(watching, options.WatchPath))];
        List<Task> ends = [.. watches.Select(watch => watch.RunAsync(stop.Token))];
        await Task.WhenAll(watches.Select(watch => watch.Opened));

        var requests = new RequestLoad(client, options);
        var drained = Task.WhenAll(ends);
        var over = options.UntilFile is { } file ? Task.WhenAny(drained, ExistsAsync(file, stop.Token)) : drained;
        await requests.RunAsync(() => Console.Error.WriteLine("started"), over);

        await stop.CancelAsync();
        await drained;
        return requests.Report() with { Connections = client.Opened, Watches = [.. watches.Select(watch => watch.Report)] };
    }

    private static async Task ExistsAsync(string file, CancellationToken cancellationToken)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!File.Exists(file) && await look.WaitForNextTickAsync(cancellationToken))
        {
        }
    }
}
