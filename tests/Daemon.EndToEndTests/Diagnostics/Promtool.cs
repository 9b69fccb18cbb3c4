using System.Diagnostics;

namespace Tidegate.EndToEndTests.Diagnostics;

/// <summary>Prometheus' own judge of an exposition. Only that program is taken out of Debian's package, which brings a server and a web page.</summary>
internal static class Promtool
{
    /// <returns>What <c>promtool check metrics</c> finds fault with; empty for nothing.</returns>
    public static async Task<string> CheckAsync(string exposition)
    {
        var folder = Directory.CreateTempSubdirectory("tidegate-promtool-");
        try
        {
            var (_, error) = await RunAsync(folder.FullName, "apt-get", ["download", "-q", "prometheus"]);
            var package = Directory.GetFiles(folder.FullName, "prometheus_*.deb").ShouldHaveSingleItem(error);
            await RunAsync(folder.FullName, "sh", ["-c", "dpkg-deb --fsys-tarfile \"$1\" | tar -x ./usr/bin/promtool", "sh", package]);
            var (output, faults) = await RunAsync(folder.FullName, Path.Combine(folder.FullName, "usr/bin/promtool"), ["check", "metrics"], exposition);
            return output + faults;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(string Output, string Error)> RunAsync(string folder, string program, string[] arguments, string input = "")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        return (await output, await error);
    }
}
