using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;
using Serilog.Sinks.Journald;
using Tidegate.Configuration;
using Tidegate.Values;

namespace Tidegate.Hosting;

/// <summary>Builds the program's log from its configuration. Beside the journal's sink the only place that names Serilog.</summary>
internal static class LogSetup
{
    /// <summary>Chatty at Information: a line or more for each request, which the audit log records better.</summary>
    private static readonly string[] Frameworks = ["Microsoft", "System", "Yarp"];

    /// <returns>A factory that owns its outputs: disposing it writes what still waits.</returns>
    public static DaemonLoggers Create(LogOptions options) =>
        Create(options, JournalStream.IsConnected(), new() { EventTypes = JournalEvents.Find, Gap = JournalEvents.LogGap, Line = Printable.Line, Lines = Printable.Lines });

    /// <param name="inJournal">Whether systemd has connected the program with the journal.</param>
    public static DaemonLoggers Create(LogOptions options, bool inJournal, JournaldSinkOptions journald)
    {
        var least = LevelOf(options.Severity);
        var configuration = new LoggerConfiguration().MinimumLevel.Is(least).Enrich.FromLogContext();
        foreach (var framework in Frameworks)
        {
            configuration.MinimumLevel.Override(framework, least > LogEventLevel.Warning ? least : LogEventLevel.Warning);
        }

        var sink = options.Output == LogOutput.Journald || (options.Output == LogOutput.Automatic && inJournal) ? new JournaldSink(journald) : null;
        Logger logger = WriteTo(configuration, options, sink).CreateLogger();
        return new(new SerilogLoggerFactory(logger, dispose: true), sink);
    }

    private static LoggerConfiguration WriteTo(LoggerConfiguration configuration, LogOptions options, JournaldSink? journal)
    {
        if (journal is not null)
        {
            return configuration.WriteTo.Sink(journal);
        }

        ITextFormatter format = options.Format == LogFormat.Json ? new JsonFormatter() : new LineFormatter();
        return options.Output switch
        {
            LogOutput.File => configuration.WriteTo.File(format, options.File!, fileSizeLimitBytes: null),
            LogOutput.Stdout => configuration.WriteTo.Console(format),
            _ => configuration.WriteTo.Console(format, standardErrorFromLevel: LevelAlias.Minimum),
        };
    }

    private static LogEventLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };

    /// <summary>JSON, with the characters as escapes that JSON itself does not escape and that speak to a terminal.</summary>
    private sealed class JsonFormatter : ITextFormatter
    {
        private readonly CompactJsonFormatter json = new();

        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            json.Format(logEvent, text);
            output.Write(Printable.Json(text.ToString().TrimEnd('\r', '\n')));
            output.Write('\n');
        }
    }

    /// <summary>
    /// Time, level, message, on one line. Messages hold text from git and from clients: control characters are written as escapes, so that
    /// nobody can forge a line or speak to a terminal. Only an exception's own lines follow, indented.
    /// </summary>
    private sealed class LineFormatter : ITextFormatter
    {
        private readonly MessageTemplateTextFormatter message = new("{Message:lj}", CultureInfo.InvariantCulture);

        public void Format(LogEvent logEvent, TextWriter output)
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            message.Format(logEvent, text);
            output.Write(logEvent.Timestamp.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            output.Write(NameOf(logEvent.Level));
            output.Write(Printable.Line(text.ToString()));
            output.Write('\n');
            if (logEvent.Exception is { } exception)
            {
                foreach (var line in exception.ToString().Split('\n'))
                {
                    output.Write("    ");
                    output.Write(Printable.Line(line.TrimEnd('\r')));
                    output.Write('\n');
                }
            }
        }

        private static string NameOf(LogEventLevel level) => level switch
        {
            LogEventLevel.Verbose => " TRACE ",
            LogEventLevel.Debug => " DEBUG ",
            LogEventLevel.Information => " INFO  ",
            LogEventLevel.Warning => " WARN  ",
            _ => " ERROR ",
        };
    }
}
