using System.Diagnostics;

namespace Tidegate.EndToEndTests.GitServers;

/// <summary>Installs what a test needs from the distribution; a test without its server fails, it is never skipped.</summary>
internal static class DebianPackages
{
    private static readonly Lock Gate = new();

    /// <param name="file">What the package brings.</param>
    public static void Require(string file, string package)
    {
        lock (Gate)
        {
            if (File.Exists(file))
            {
                return;
            }

            AptGet("update", "-q");
            AptGet("install", "-q", "-y", "--no-install-recommends", package);
            File.Exists(file).ShouldBeTrue($"{package} does not bring {file}");
        }
    }

    private static void AptGet(params string[] arguments)
    {
        var start = new ProcessStartInfo("apt-get", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"apt-get {string.Join(' ', arguments)}: {error.Result}");
    }
}
