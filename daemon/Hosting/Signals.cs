using System.Runtime.InteropServices;

namespace Tidegate.Hosting;

/// <summary>Calls back for the signals that a daemon answers, instead of what the runtime would do with them. Ends when it is disposed.</summary>
internal sealed class Signals : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;

    private Signals(PosixSignalRegistration[] registrations) => this.registrations = registrations;

    /// <param name="reload">For SIGHUP; runs on a thread of the pool, also while an earlier call still runs.</param>
    /// <param name="stop">For SIGTERM and SIGINT, once for each signal that comes.</param>
    public static Signals Register(Action reload, Action<PosixSignal> stop) => new(
    [
        On(PosixSignal.SIGHUP, _ => reload()),
        On(PosixSignal.SIGTERM, stop),
        On(PosixSignal.SIGINT, stop),
    ]);

    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
    }

    private static PosixSignalRegistration On(PosixSignal signal, Action<PosixSignal> action) => PosixSignalRegistration.Create(signal, context =>
    {
        // The default for all three is to end the process.
        context.Cancel = true;
        action(context.Signal);
    });
}
