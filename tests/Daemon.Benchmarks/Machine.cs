using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Tidegate.Benchmarks;

/// <summary>Where the numbers come from, without saying whose machine it is.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var memory = long.Parse(First("/proc/meminfo", "MemTotal:").Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0 / 1024.0;
        var system = First("/etc/os-release", "PRETTY_NAME=").Trim('"');
        return string.Create(CultureInfo.InvariantCulture, $"""
            {DateTime.UtcNow:yyyy-MM-dd}. {First("/proc/cpuinfo", "model name").TrimStart(':', '\t', ' ')}, {Environment.ProcessorCount} cores, {memory:0} GB; Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim().Split('-')[0]}, {system}; {RuntimeInformation.FrameworkDescription}; {HAProxyVersion()}. Client, programs and upstream share the cores; TLS 1.3, P-256 certificates, AES-256-GCM.
            """);
    }

    private static string First(string file, string prefix) =>
        File.ReadLines(file).First(l => l.StartsWith(prefix, StringComparison.Ordinal))[prefix.Length..].Trim();

    private static string HAProxyVersion()
    {
        using var process = Process.Start(new ProcessStartInfo("haproxy", "-v") { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadToEnd().Split('\n')[0];
        process.WaitForExit();
        return string.Join(' ', line.Split(' ').Where(w => w != "version").Take(2));
    }
}
