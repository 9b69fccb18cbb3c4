using System.Runtime.InteropServices;
using Tidegate.Hosting;

namespace Tidegate.Tests.Hosting;

public sealed class SignalsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Hangup_reloads_and_terminate_and_interrupt_stop_and_none_ends_the_process()
    {
        var reloaded = new TaskCompletionSource();
        var terminated = new TaskCompletionSource();
        var interrupted = new TaskCompletionSource();
        using var signals = Signals.Register(
            reloaded.SetResult,
            signal => (signal == PosixSignal.SIGTERM ? terminated : interrupted).SetResult());

        Kill(Environment.ProcessId, 1).ShouldBe(0);
        await reloaded.Task.WaitAsync(Deadline);
        terminated.Task.IsCompleted.ShouldBeFalse();

        Kill(Environment.ProcessId, 15).ShouldBe(0);
        await terminated.Task.WaitAsync(Deadline);
        interrupted.Task.IsCompleted.ShouldBeFalse();

        Kill(Environment.ProcessId, 2).ShouldBe(0);
        await interrupted.Task.WaitAsync(Deadline);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
