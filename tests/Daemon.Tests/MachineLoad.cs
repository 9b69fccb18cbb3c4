using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tidegate.Tests;

/// <summary>What others leave of this machine's processors.</summary>
internal static partial class MachineLoad
{
    // Several turns of the scheduler, which gives each of many busy programs a few milliseconds at a time.
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(40);

    /// <summary>The processor time that the calling thread has used; what it waited for its turn does not count.</summary>
    public static TimeSpan ThreadTime
    {
        get
        {
            const int ThreadProcessorTime = 3;
            clock_gettime(ThreadProcessorTime, out var time).ShouldBe(0);
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
        }
    }

    /// <summary>How many times longer than alone a program takes here that keeps every processor busy; 1 on an idle machine.</summary>
    public static double Slowness()
    {
        var took = new double[Environment.ProcessorCount];
        var threads = took.Select((_, i) => new Thread(() => took[i] = TimeOfWork())).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return Math.Max(1, took.Max() / Work.TotalMilliseconds);
    }

    private static double TimeOfWork()
    {
        var (start, used) = (Stopwatch.GetTimestamp(), ThreadTime);
        while (ThreadTime - used < Work)
        {
            Thread.SpinWait(1000);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
