using Serilog.Sinks.Journald;

namespace Tidegate.Hosting;

/// <summary>The program's loggers, and what became of what they wrote. Disposing it writes what still waits.</summary>
/// <param name="journal">Where the log goes to the journal.</param>
internal sealed class DaemonLoggers(ILoggerFactory inner, JournaldSink? journal) : ILoggerFactory
{
    /// <summary>Entries that the journal did not take in time, since the start.</summary>
    public long Lost => journal?.Lost ?? 0;

    public ILogger CreateLogger(string categoryName) => inner.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();
}
