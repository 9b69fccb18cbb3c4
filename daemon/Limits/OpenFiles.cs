using System.Runtime.InteropServices;

namespace Tidegate.Limits;

/// <summary>How many file descriptors this process may have open, and has. Source: getrlimit(2), proc_pid_fd(5).</summary>
/// <remarks>The runtime raises the soft limit to the hard one when it starts, so that the one that counts is the hard one.</remarks>
internal static unsafe partial class OpenFiles
{
    // RLIMIT_NOFILE of Linux, on every processor that this program is made for.
    private const int NumberOfFiles = 7;

    /// <summary>Each time asked anew: prlimit(1) changes it under a running process. <see cref="long.MaxValue"/>: there is none.</summary>
    public static long Limit()
    {
        var limit = stackalloc ulong[2];
        return getrlimit(NumberOfFiles, limit) == 0 && limit[0] <= long.MaxValue ? (long)limit[0] : long.MaxValue;
    }

    /// <summary>How many are open now; the limit itself when not even these can be looked at for the want of one.</summary>
    public static long Count()
    {
        try
        {
            // Less the one that the look itself takes.
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount() - 1;
        }
        catch (IOException)
        {
            return Limit();
        }
    }

    /// <summary>How many connections a listener for the gate's own administrators and probes may have: a few, and fewer where the limit is low.</summary>
    public static long OfOwnListener() => Math.Clamp(Limit() / 32, 4, 64);

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, ulong* limit);
}
