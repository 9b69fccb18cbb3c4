using Tidegate.EndToEndTests.Gate;

namespace Tidegate.EndToEndTests.Lifecycle;

/// <summary>A signal at any moment of the start: a clean end, or a reload once the daemon serves; never an exception.</summary>
public sealed class StartSignalTests : IDisposable
{
    // Loaded one after the other while the servers are built and started.
    private static readonly string[] Files =
    [
        "/Microsoft.AspNetCore.Hosting.dll", "/Microsoft.AspNetCore.Server.Kestrel.Core.dll", "/Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.dll", "/Yarp.ReverseProxy.dll",
        "/Microsoft.Data.Sqlite.dll", "/System.Diagnostics.Process.dll", "/System.IO.FileSystem.Watcher.dll",
    ];

    private readonly GateFolder folder = new();

    public StartSignalTests()
    {
        folder.Configure("audit: {", $"diag_addr: 127.0.0.1:{FunctionalTests.Infrastructure.FreePort.Next()}\n  audit: {{");
        folder.PutAlice();
        folder.Push("Start");
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Each line of the log is a moment, and so is each listener that comes up, since servers that are just starting once broke off with an exception.</summary>
    [Theory]
    [InlineData("TERM", true)]
    [InlineData("INT", true)]
    [InlineData("TERM", false)]
    public async Task It_comes_to_a_clean_end(string signal, bool fresh)
    {
        var lines = await LinesAsync();
        lines.ShouldBeGreaterThan(2);
        for (var moment = 0; moment < lines + Files.Length; moment++)
        {
            if (fresh)
            {
                Directory.Delete(Path.Combine(folder.Path, "data"), recursive: true);
            }

            await using var gate = GateProcess.Launch(folder);
            await (moment < lines ? UntilAsync(gate, moment) : UntilMappedAsync(gate, Files[moment - lines]));
            await gate.SignalAsync(signal);
            (await gate.ExitAsync().WaitAsync(TimeSpan.FromSeconds(120))).ShouldBe(0, gate.Output);
            gate.Output.ShouldNotContain("Exception");
            gate.Output.ShouldNotContain("error:");
        }
    }

    [Fact]
    public async Task A_hangup_while_it_starts_is_a_reload_once_it_serves()
    {
        var lines = await LinesAsync();
        for (var moment = 0; moment < lines - 1; moment++)
        {
            await using var gate = GateProcess.Launch(folder);
            await UntilAsync(gate, moment);
            await gate.SignalAsync("HUP");
            await gate.UntilAsync(() => Task.FromResult(gate.Output.Contains($"Read {folder.ConfigPath} again", StringComparison.Ordinal)));
            (await gate.StatusAsync()).State.ShouldBe("ready");
            (await gate.StopAsync()).ShouldBe(0, gate.Output);
        }
    }

    /// <summary>How many lines a start writes until it serves.</summary>
    private async Task<int> LinesAsync()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        await gate.UntilAsync(() => Task.FromResult(gate.Output.Contains("Ready on", StringComparison.Ordinal)));
        var text = gate.Output;
        (await gate.StopAsync()).ShouldBe(0);
        return text[..text.IndexOf("Ready on", StringComparison.Ordinal)].Split('\n').Length;
    }

    private static Task UntilAsync(GateProcess gate, int line) => gate.UntilAsync(() =>
        Task.FromResult(gate.Output.Split('\n').Length > line + 1 || gate.Output.Contains("Ready on", StringComparison.Ordinal)));

    /// <summary>Waits until the process has loaded an assembly.</summary>
    private static async Task UntilMappedAsync(GateProcess gate, string name)
    {
        while (!(await File.ReadAllTextAsync($"/proc/{gate.Id}/maps")).Contains(name, StringComparison.Ordinal))
        {
            await Task.Yield();
        }
    }
}
