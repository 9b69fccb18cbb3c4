using System.Globalization;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace Serilog.Sinks.Journald;

/// <summary>Turns log events into journal entries.</summary>
internal sealed class JournaldFormatter(JournaldSinkOptions options)
{
    private const string EventIdProperty = "EventId";
    private const string MessageIdProperty = "MessageId";
    private const int WarningPriority = 4;

    /// <summary>Strings in the message without quotes.</summary>
    private readonly MessageTemplateTextFormatter message = new("{Message:lj}", CultureInfo.InvariantCulture);

    private readonly JsonValueFormatter structured = new(typeTagName: null);

    public byte[] Format(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        message.Format(logEvent, text);
        var type = TypeOf(logEvent);
        var entry = Start(options.Line(text.ToString()), type?.Priority ?? PriorityOf(logEvent.Level), logEvent.Timestamp, type);
        foreach (var (name, value) in logEvent.Properties)
        {
            AddProperty(entry, name, value);
        }

        if (logEvent.Exception is { } exception)
        {
            entry.Add(FieldName("Exception"), options.Lines(exception.ToString()));
        }

        return entry.Bytes.ToArray();
    }

    public byte[] Format(JournaldGap gap) =>
        Start(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{gap.Count} log entries were lost between {Instant(gap.First)} and {Instant(gap.Last)} because {gap.Reason}"),
            options.Gap?.Priority ?? WarningPriority,
            gap.Last,
            options.Gap)
            .Add(FieldName("LostEntries"), gap.Count.ToString(CultureInfo.InvariantCulture))
            .Add(FieldName("First"), Instant(gap.First))
            .Add(FieldName("Last"), Instant(gap.Last))
            .Add(FieldName("Reason"), gap.Reason)
            .Bytes.ToArray();

    /// <summary>The syslog priority; 0 and 1 mean that the whole host is in trouble, 5 has no counterpart and comes from the event's type.</summary>
    private static int PriorityOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };

    private JournaldEntry Start(string text, int priority, DateTimeOffset time, JournaldEventType? type)
    {
        var entry = new JournaldEntry()
            .Add("MESSAGE", text)
            .Add("PRIORITY", priority.ToString(CultureInfo.InvariantCulture))
            .Add("SYSLOG_IDENTIFIER", options.SyslogIdentifier)
            // The journal's own time is that of arrival, which is later for an entry that had to wait.
            .Add(FieldName("Timestamp"), Instant(time));
        if (type is not null)
        {
            entry.Add(FieldName("Event"), type.Slug);
        }

        return type?.MessageId is { } messageId ? entry.Add("MESSAGE_ID", messageId.ToString("N")) : entry;
    }

    private JournaldEventType? TypeOf(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue(EventIdProperty, out var value) && NumberOf(value) is ScalarValue { Value: int id } ? options.EventTypes(id) : null;

    private static LogEventPropertyValue? NumberOf(LogEventPropertyValue eventId) =>
        (eventId as StructureValue)?.Properties.FirstOrDefault(p => p.Name == "Id")?.Value;

    private void AddProperty(JournaldEntry entry, string name, LogEventPropertyValue value)
    {
        if (name == MessageIdProperty && value is ScalarValue { Value: { } id } && Guid.TryParse(Text(id), out var messageId))
        {
            entry.Add("MESSAGE_ID", messageId.ToString("N"));
        }
        else if (name == EventIdProperty && NumberOf(value) is { } number)
        {
            entry.Add(FieldName(EventIdProperty), Text(number));
        }
        else if (value is not ScalarValue { Value: null })
        {
            entry.Add(FieldName(name), options.Line(Text(value)));
        }
    }

    private string Text(LogEventPropertyValue value)
    {
        if (value is ScalarValue { Value: { } scalar })
        {
            return Text(scalar);
        }

        using var json = new StringWriter(CultureInfo.InvariantCulture);
        structured.Format(value, json);
        return json.ToString();
    }

    private static string Text(object scalar) => scalar switch
    {
        string text => text,
        DateTimeOffset time => Instant(time),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => scalar.ToString() ?? "",
    };

    private static string Instant(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private string FieldName(string property) => JournaldFieldName.ForProperty(options.FieldPrefix, property);
}
