namespace Serilog.Sinks.Journald;

/// <summary>Settings of the sink; the defaults are those of the program.</summary>
internal sealed record JournaldSinkOptions
{
    public string SocketPath { get; init; } = JournaldSocket.DefaultPath;

    /// <summary>What <c>journalctl -t</c> selects by.</summary>
    public string SyslogIdentifier { get; init; } = "tidegate";

    /// <summary>Begins the field name of every property.</summary>
    public string FieldPrefix { get; init; } = "TIDEGATE_";

    /// <summary>What is known of an event by its number; null for one of which nothing is.</summary>
    public Func<int, JournaldEventType?> EventTypes { get; init; } = _ => null;

    /// <summary>Makes messages and values, which hold text of others, fit for a terminal that shows the journal.</summary>
    public Func<string, string> Line { get; init; } = static text => text;

    /// <summary>The same for texts of several lines.</summary>
    public Func<string, string> Lines { get; init; } = static text => text;

    /// <summary>The entry that tells of lost ones.</summary>
    public JournaldEventType? Gap { get; init; }

    /// <summary>Entries that may wait for the journal.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>Bytes of entries that may wait for the journal.</summary>
    public long MaxBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The longest that disposing goes on sending what waits.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
