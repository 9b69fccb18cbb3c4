using System.Net;
using System.Text.RegularExpressions;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>A daemon that has nothing to say says nothing.</summary>
public sealed partial class QuietTests : IDisposable
{
    private readonly GateFolder folder = new(interval: "1s");

    [Fact]
    public async Task Passes_that_change_nothing_write_nothing_above_debug()
    {
        var diag = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        folder.Configure("nodename: gate-1", $"nodename: gate-1\n  diag_addr: {diag}");
        await using var cluster = await folder.PushClusterAsync();
        await using var gate = await GateProcess.StartAsync(folder);

        await gate.UntilAsync(async () => await UnchangedAsync(diag) >= 1);
        var before = Loud(gate);
        before.ShouldNotBeEmpty("the start is said");
        var passes = await UnchangedAsync(diag);
        await gate.UntilAsync(async () => await UnchangedAsync(diag) >= passes + 5);

        // The debug line of a pass comes after what the pass says otherwise.
        await gate.UntilAsync(() => Task.FromResult(gate.Output.Split("Nothing new: ").Length > passes + 5));
        Loud(gate).ShouldBe(before);
    }

    public void Dispose() => folder.Dispose();

    private static async Task<double> UnchangedAsync(IPEndPoint diag) =>
        new Exposition((await PlainHttp.GetAsync(diag, "/metrics")).Body)["tidegate_sync_passes_total{result=\"unchanged\",trigger=\"interval\"}"];

    private static string[] Loud(GateProcess gate) => [.. gate.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !Debug().IsMatch(l))];

    [GeneratedRegex(@"^\S+ DEBUG ")]
    private static partial Regex Debug();
}
