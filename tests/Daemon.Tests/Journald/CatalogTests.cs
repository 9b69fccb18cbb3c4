using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Serilog.Sinks.Journald;
using Tidegate.Audit;

namespace Tidegate.Tests.Journald;

/// <summary>The table of events and the journal's catalogue say the same, and the catalogue names only fields that the events have.</summary>
public sealed partial class CatalogTests
{
    private static readonly string Catalog = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "packaging", "catalog", "tidegate.catalog"));

    /// <summary>The entries of the catalogue by id.</summary>
    private static readonly ILookup<string, string> Entries = EntryHead().Split(Catalog).Skip(1).Chunk(2).ToLookup(e => e[0], e => e[1]);

    [Fact]
    public void Every_event_of_the_table_has_one_entry_and_every_entry_an_event()
    {
        JournalEvents.All.Count.ShouldBeGreaterThan(20);
        Entries.Select(e => e.Key).Order(StringComparer.Ordinal).ShouldBe(JournalEvents.All.Select(e => e.MessageId!.Value.ToString("N")).Order(StringComparer.Ordinal));
        Entries.ShouldAllBe(e => e.Count() == 1);
    }

    [Fact]
    public void Numbers_words_and_ids_are_unique()
    {
        JournalEvents.All.Select(e => e.Id).ShouldBeUnique();
        JournalEvents.All.Select(e => e.Slug).Append(JournalEvents.RequestAllowed.Slug).ShouldBeUnique();
        JournalEvents.All.Select(e => e.MessageId).ShouldBeUnique();
        JournalEvents.All.ShouldAllBe(e => Word().IsMatch(e.Slug));
    }

    [Fact]
    public void Numbers_of_log_events_are_unique() => LogEvents().Select(e => e.Id).ShouldBeUnique();

    [Fact]
    public void Every_entry_names_only_fields_that_its_event_has()
    {
        var fields = FieldsById();
        var faults = new List<string>();
        foreach (var type in JournalEvents.All)
        {
            if (!fields.TryGetValue(type.Id, out var known))
            {
                faults.Add($"{type.Slug}: no event has the number {type.Id}");
                continue;
            }

            faults.AddRange(Reference().Matches(TextOf(type)).Select(m => m.Groups[1].Value).Where(f => !known.Contains(f)).Select(f => $"{type.Slug}: {f}"));
        }

        faults.ShouldBeEmpty();
    }

    [Fact]
    public void Every_entry_says_what_happened_and_what_to_do()
    {
        foreach (var type in JournalEvents.All)
        {
            var parts = TextOf(type).Trim('\n').Split("\n\n", 2);
            var head = parts[0].Split('\n');
            head[0].ShouldStartWith("Subject: ", customMessage: type.Slug);
            head[1..].ShouldBe(["Defined-By: Tidegate", "Documentation: man:tidegate(8)"], type.Slug);
            parts[1].Split('\n').ShouldAllBe(l => l.Length <= 80, type.Slug);
            parts[1].ShouldContain("\n\n", customMessage: type.Slug);
        }
    }

    private static string TextOf(JournaldEventType type) => Entries[type.MessageId!.Value.ToString("N")].Single();

    private static Dictionary<int, HashSet<string>> FieldsById()
    {
        var fields = LogEvents().ToDictionary(e => e.Id, e => e.Fields);

        // Those that no logger writes are made once.
        var options = new JournaldSinkOptions { Gap = JournalEvents.LogGap };
        var gap = new JournaldFormatter(options).Format(new JournaldGap(1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "x"));
        fields[JournalEvents.LogGap.Id] = [.. JournalListener.Parse(gap).Keys];
        fields[JournalEvents.AuditGap.Id] = FieldsOf(AuditRecord.OfGap(new(1, default, default, "x"), new("g", "v"), DateTimeOffset.UnixEpoch));
        fields[JournalEvents.CertificateRefused.Id] = FieldsOf(new(
            AuditRecordKind.RefusedCertificate, "{}"u8.ToArray(), Event(e => e.Outcome = "x")));
        fields[JournalEvents.RequestDenied.Id] = FieldsOf(new(AuditRecordKind.Request, "{}"u8.ToArray(), Event(e =>
        {
            (e.Identity, e.Cluster) = (new("alice", [], [], "01", "ff", DateTimeOffset.MaxValue), "c");
            e.Decision = new Tidegate.Access.AccessDenied("no", 403, "x", "editor", new("roles.yaml", 3, "0123"));
        })));
        return fields;
    }

    private static HashSet<string> FieldsOf(AuditRecord record) =>
        [.. JournalListener.Parse(JournaldAuditEntry.Of(record, DateTimeOffset.UnixEpoch).Bytes).Keys];

    private static AuditEvent Event(Action<AuditEvent> fill)
    {
        var e = new AuditEvent { RequestId = "r", StartedAt = default, Method = "GET", Path = "/", RemoteAddress = "192.0.2.1" };
        fill(e);
        return e;
    }

    /// <summary>Every log event of the program with the fields of its entries in the journal.</summary>
    private static IEnumerable<(int Id, HashSet<string> Fields)> LogEvents() =>
        from type in typeof(JournalEvents).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
        where attribute is not null
        select (attribute.EventId, method.GetParameters().Where(p => p.ParameterType != typeof(LogLevel) && p.ParameterType != typeof(ILogger))
            .Select(p => JournaldFieldName.ForProperty("TIDEGATE_", p.Name!)).ToHashSet());

    [GeneratedRegex(@"^-- ([0-9a-f]{32})\n", RegexOptions.Multiline)]
    private static partial Regex EntryHead();

    [GeneratedRegex("@([A-Z0-9_]+)@")]
    private static partial Regex Reference();

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Word();
}
