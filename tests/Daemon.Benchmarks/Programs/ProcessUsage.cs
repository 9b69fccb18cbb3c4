using System.Globalization;

namespace Tidegate.Benchmarks.Programs;

/// <summary>What the kernel says of a process, all its threads together.</summary>
internal static class ProcessUsage
{
    // USER_HZ, which is 100 on every Linux that .NET runs on (sysconf(_SC_CLK_TCK)).
    private const double TicksPerSecond = 100;

    /// <summary>User and system time so far, in seconds (proc_pid_stat(5), fields 14 and 15).</summary>
    public static double CpuSeconds(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Resident memory in bytes, shared pages by their share (<c>Pss</c> of proc_pid_smaps(5)).</summary>
    public static long MemoryBytes(int pid) => Sum(pid, "Pss:");

    /// <summary>Resident memory in bytes (<c>Rss</c>).</summary>
    public static long ResidentBytes(int pid) => Sum(pid, "Rss:");

    /// <summary>Makes what is resident now the highest so far (proc_pid_clear_refs(5), value 5).</summary>
    public static void ResetPeak(int pid) => File.WriteAllText($"/proc/{pid}/clear_refs", "5");

    /// <summary>The highest resident memory in bytes since <see cref="ResetPeak"/> (<c>VmHWM</c> of proc_pid_status(5)).</summary>
    public static long PeakBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return (long)Number(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    private static long Sum(int pid, string field)
    {
        var line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return (long)Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
