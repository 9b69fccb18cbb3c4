namespace Serilog.Sinks.Journald;

/// <summary>What the journal is told about every event of one kind, beside the event's own fields.</summary>
/// <param name="Id">The number of the event (<c>EventId.Id</c>).</param>
/// <param name="Slug">A word for people to select by, never changed; the field EVENT behind the prefix.</param>
/// <param name="MessageId">The key into the journal's catalogue, never changed; null: the catalogue does not explain it.</param>
/// <param name="Priority">The syslog priority; null: the event's level decides.</param>
internal sealed record JournaldEventType(int Id, string Slug, Guid? MessageId, int? Priority = null);
