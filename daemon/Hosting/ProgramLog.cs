using Serilog.Extensions.Logging;
using Serilog.Sinks.Journald;

namespace Tidegate.Hosting;

/// <summary>The program's log, which owns its outputs: disposing it writes what still waits.</summary>
/// <param name="journal">Null when the log goes elsewhere.</param>
internal sealed class ProgramLog(SerilogLoggerFactory factory, JournaldSink? journal) : ILoggerFactory
{
    /// <summary>Entries that the journal did not take in time, since the start.</summary>
    public long Lost => journal?.Lost ?? 0;

    public ILogger CreateLogger(string categoryName) => factory.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => factory.AddProvider(provider);

    public void Dispose() => factory.Dispose();
}
