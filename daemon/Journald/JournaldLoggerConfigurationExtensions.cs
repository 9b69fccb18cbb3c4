using Serilog.Configuration;
using Serilog.Events;

namespace Serilog.Sinks.Journald;

/// <summary>Makes <c>WriteTo.Journald()</c>.</summary>
internal static class JournaldLoggerConfigurationExtensions
{
    /// <summary>Writes log events to the journal over its native protocol.</summary>
    /// <param name="options">Null: the defaults.</param>
    public static LoggerConfiguration Journald(
        this LoggerSinkConfiguration sinks, JournaldSinkOptions? options = null, LogEventLevel restrictedToMinimumLevel = LogEventLevel.Verbose) =>
        sinks.Sink(new JournaldSink(options ?? new()), restrictedToMinimumLevel);
}
