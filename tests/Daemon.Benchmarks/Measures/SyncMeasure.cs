using System.Diagnostics;
using System.Security.Cryptography;
using Tidegate.Api;
using Tidegate.Benchmarks.Programs;
using Tidegate.Cli;

namespace Tidegate.Benchmarks.Measures;

/// <summary>The write half: a large repository's first load, commits that change one manifest of it, and the memory that it takes.</summary>
internal sealed class SyncMeasure(BenchmarkOptions options, Bench bench, Launcher launcher)
{
    private const int ManifestBytes = 4096;
    private const double MostFirstLoad = 3000;
    private const double MostChange = 50;
    private const double MostResident = 250;

    public async Task<IReadOnlyList<Row>> RunAsync()
    {
        var repository = new Repository(bench.File("sync"));
        repository.Put("people.yaml", SampleManifests.People);
        for (var i = 0; i < options.Manifests; i++)
        {
            repository.Put(FileOf(i), Manifest(i, 0));
        }

        var revision = repository.Push("Start");
        var port = ChildProcess.FreePort();
        using var gate = ChildProcess.Start(options.Gate, ["start", "--config", launcher.Configure(port, repository)]);
        await gate.ListeningAsync(port);
        using var admin = new AdminClient(repository.SocketPath);
        var first = await AppliedAsync(admin, revision);
        await Task.Delay(options.Settle);
        var loaded = ProcessUsage.ResidentBytes(gate.Id);
        var changes = new List<double>();
        for (var n = 1; n <= options.Changes; n++)
        {
            repository.Put(FileOf(n * 7), Manifest(n * 7, n));
            var pass = await AppliedAsync(admin, repository.Push($"Change {n}"));
            Console.Error.WriteLine($"  change {n}: {pass.DurationMs:0.0} ms, {pass.FetchMs:0.0} of them to fetch");
            changes.Add(pass.DurationMs - pass.FetchMs!.Value);
        }

        await Task.Delay(options.Settle);
        var resident = ProcessUsage.ResidentBytes(gate.Id);
        return RowsOf(first, changes, loaded, resident);
    }

    private IReadOnlyList<Row> RowsOf(PassView first, List<double> changes, long loaded, long resident)
    {
        var size = $"{options.Manifests:#,0} manifests of 4 kB";
        return
        [
            new($"{size}: first load, fetch included", "ms", null, null, first.DurationMs, MostFirstLoad),
            new($"{size}: first load, from fetched to applied", "ms", null, null, first.DurationMs - first.FetchMs),
            new($"{size}: one changed, from fetched to applied, the first time", "ms", null, null, changes[0], MostChange),
            new($"{size}: one changed, from fetched to applied, median of {changes.Count}", "ms", null, null, changes.Order().ElementAt(changes.Count / 2), MostChange),
            new($"{size}: one changed, from fetched to applied, slowest of {changes.Count}", "ms", null, null, changes.Max(), MostChange),
            new($"{size}: resident after the first load", "MB", null, null, loaded / 1e6, MostResident),
            new($"{size}: resident after {changes.Count} changes", "MB", null, null, resident / 1e6, MostResident),
        ];
    }

    private static async Task<PassView> AppliedAsync(AdminClient admin, string revision)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2))
        {
            try
            {
                var status = await admin.GetAsync("v1/status", ApiJson.Default.StatusView, CancellationToken.None);
                if (status.LastPass is { Outcome: "applied" } pass && pass.Revision?.Id == revision)
                {
                    return pass.Problems.Count == 0 ? pass : throw new InvalidOperationException($"the manifests have problems: {pass.Problems[0].Message}");
                }
            }
            catch (CommandException)
            {
                // Not up yet.
            }

            await Task.Delay(50);
        }

        throw new TimeoutException("the commit was not applied");
    }

    private static string FileOf(int number) => $"clusters/{number % 100:00}/cluster-{number:00000}.yaml";

    /// <summary>A cluster with an authority of its own and a token that fills the file up to 4 kB.</summary>
    private string Manifest(int number, int version)
    {
        // Base64 within base64: three bytes of the token are four of the file.
        var without = With("").Length;
        var tokenLength = (ManifestBytes - without) * 3 / 4;
        return With(Token(tokenLength));

        string With(string token) => SampleManifests.Cluster($"cluster-{number:00000}", Kubeconfig(token), $"{{ env: prod-{number % 10}, region: eu-west-{number % 3}, number: \"{number}-{version}\" }}");

        string Kubeconfig(string token) =>
            SampleManifests.Kubeconfig($"https://cluster-{number}.example.com:6443", authorities[number % authorities.Length], token);

        string Token(int length)
        {
            var bytes = new byte[(length / 2) + 1];
            BitConverter.TryWriteBytes(bytes, number);
            SHA512.HashData(bytes).CopyTo(bytes, 0);
            for (var i = 64; i < bytes.Length; i++)
            {
                bytes[i] = (byte)((bytes[i - 64] * 31) + bytes[i - 1] + version);
            }

            return Convert.ToHexStringLower(bytes)[..length];
        }
    }

    private readonly string[] authorities =
        [.. Enumerable.Range(0, options.Manifests).Select(i => new FunctionalTests.Infrastructure.TestAuthority($"cluster {i}").Pem)];
}
