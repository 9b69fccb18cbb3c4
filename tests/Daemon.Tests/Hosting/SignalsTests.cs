using System.Diagnostics;
using System.Globalization;

namespace Tidegate.Tests.Hosting;

/// <summary>In a process of its own: the runner's would end with the first mistake, and may have been started with signals ignored, as by nohup.</summary>
public sealed class SignalsTests
{
    [Theory]
    [InlineData("HUP", "reload")]
    [InlineData("TERM", "SIGTERM")]
    [InlineData("INT", "SIGINT")]
    public async Task Hangup_reloads_and_terminate_and_interrupt_stop_and_none_ends_the_process(string signal, string answer)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var start = new ProcessStartInfo("env", ["--default-signal", "dotnet", typeof(SignalAnswers).Assembly.Location, "answer-signals"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        (await process.StandardOutput.ReadLineAsync(limit.Token)).ShouldBe("ready");

        for (var times = 0; times < 2; times++)
        {
            using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
            (await process.StandardOutput.ReadLineAsync(limit.Token)).ShouldBe(answer);
            await kill.WaitForExitAsync(limit.Token);
        }

        process.StandardInput.Close();
        (await process.StandardOutput.ReadToEndAsync(limit.Token)).ShouldBeEmpty();
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0);
    }
}
