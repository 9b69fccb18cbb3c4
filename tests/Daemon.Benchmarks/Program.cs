using Tidegate.Benchmarks;
using Tidegate.Benchmarks.Upstream;

// The upstream is a process of its own, so that its time and memory are not the client's.
if (args is ["upstream", var folder, var port])
{
    return await UpstreamServer.RunAsync(folder, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
}

if (BenchmarkOptions.TryParse(args, out var options, out var error))
{
    return await Suite.RunAsync(options);
}

Console.Error.WriteLine($"error: {error}\n\n{BenchmarkOptions.Usage}");
return 2;
