using System.Text;
using Serilog.Sinks.Journald;
using Tidegate.Access;
using Tidegate.Audit;
using Tidegate.Kubernetes;
using Tidegate.Tests.Journald;

namespace Tidegate.Tests.Audit;

/// <summary>Audit records on their way to a journal that is there, away, or back.</summary>
public sealed class JournaldAuditSinkTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("tidegate-sink-");
    private readonly RecordingLogger<JournaldAuditSink> log = new();

    private string SocketPath => Path.Combine(scratch.FullName, "socket");

    private string Spool => Path.Combine(scratch.FullName, "spool");

    public void Dispose() => scratch.Delete(recursive: true);

    [Fact]
    public void A_record_becomes_fields()
    {
        using var journal = new JournalListener(SocketPath);
        using var sink = NewSink();

        sink.Write(Record("r1"));

        var fields = journal.ReceiveFields();
        fields.Remove("TIDEGATE_TIMESTAMP").ShouldBeTrue();
        fields.OrderBy(f => f.Key, StringComparer.Ordinal).ShouldBe(new Dictionary<string, string>
        {
            ["MESSAGE"] = "{\"uid\":\"r1\"}",
            ["PRIORITY"] = "6",
            ["SYSLOG_IDENTIFIER"] = "tidegate",
            ["TIDEGATE_AUDIT"] = "1",
            ["TIDEGATE_CLUSTER"] = "prod-eu",
            ["TIDEGATE_CODE"] = "200",
            ["TIDEGATE_DECISION"] = "allowed",
            ["TIDEGATE_EVENT"] = "request-allowed",
            ["TIDEGATE_REQUEST_ID"] = "r1",
            ["TIDEGATE_REVISION"] = "0123",
            ["TIDEGATE_ROLE"] = "editor",
            ["TIDEGATE_USER"] = "alice",
        });
    }

    [Fact]
    public void A_refusal_has_a_message_id_and_its_reason()
    {
        using var journal = new JournalListener(SocketPath);
        using var sink = NewSink();

        sink.Write(Record("r1", e => (e.Decision, e.Outcome, e.ResponseCode) = (null, "the client certificate has expired", 401)));

        var fields = journal.ReceiveFields();
        (fields["TIDEGATE_EVENT"], fields["TIDEGATE_DECISION"], fields["PRIORITY"], fields["TIDEGATE_REASON"])
            .ShouldBe(("request-denied", "denied", "5", "the client certificate has expired"));
        fields["MESSAGE_ID"].ShouldBe(JournalEvents.RequestDenied.MessageId!.Value.ToString("N"));
    }

    [Fact]
    public void A_value_with_line_breaks_cannot_add_a_field()
    {
        using var journal = new JournalListener(SocketPath);
        using var sink = NewSink();

        sink.Write(Record("r1", e => (e.Cluster, e.Outcome) = ("a\nTIDEGATE_USER=root", "b\nPRIORITY=0\n")));

        var datagram = journal.Receive();
        var fields = JournalListener.Parse(datagram);
        (fields["TIDEGATE_USER"], fields["PRIORITY"], fields["TIDEGATE_CLUSTER"], fields["TIDEGATE_REASON"])
            .ShouldBe(("alice", "6", "a\nTIDEGATE_USER=root", "b\nPRIORITY=0\n"));
        Encoding.UTF8.GetString(datagram).ShouldContain("TIDEGATE_CLUSTER\n", customMessage: "the binary form");
    }

    [Fact]
    public void While_the_journal_is_away_records_wait_and_are_delivered_late_and_in_order()
    {
        using var sink = NewSink();
        for (var i = 0; i < 500; i++)
        {
            sink.Write(Record($"r{i}"));
        }

        sink.Queued.ShouldBe(500);
        sink.QueuedBytes.ShouldBeGreaterThan(500 * 100);
        log.Until("Audit records wait", "The journal does not take audit records, they wait on disk");

        using var journal = new JournalListener(SocketPath);
        var received = new List<Dictionary<string, string>>();
        for (var i = 0; i < 200; i++)
        {
            // Each leaves room for one entry, which the record must not take from those that wait.
            received.Add(journal.ReceiveFields());
            sink.Write(Record($"r{500 + i}"));
        }

        received.AddRange(Enumerable.Range(0, 500).Select(_ => journal.ReceiveFields()));
        received.Select(f => f["TIDEGATE_REQUEST_ID"]).ShouldBe(Enumerable.Range(0, 700).Select(i => $"r{i}"));
        received[0]["TIDEGATE_LATE"].ShouldBe("1");
        log.Until("delivered late", "The journal takes audit records again: 700 were delivered late, after ");
        sink.Queued.ShouldBe(0);
        Directory.GetFiles(Spool).ShouldBeEmpty();

        sink.Write(Record("direct"));
        journal.ReceiveFields().ShouldNotContainKey("TIDEGATE_LATE");
    }

    [Fact]
    public void A_full_queue_of_the_journal_costs_nothing_and_is_not_worth_a_word()
    {
        using var journal = new JournalListener(SocketPath);
        using var sink = NewSink();

        for (var i = 0; i < 200; i++)
        {
            sink.Write(Record($"r{i}"));
        }

        Enumerable.Range(0, 200).Select(_ => journal.ReceiveFields()["TIDEGATE_REQUEST_ID"]).ShouldBe(Enumerable.Range(0, 200).Select(i => $"r{i}"));
        SpinWait.SpinUntil(() => sink.Queued == 0, Deadline).ShouldBeTrue();
        log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void What_waited_at_the_end_is_delivered_by_the_next_process()
    {
        using (var before = NewSink())
        {
            before.Write(Record("r0"));
            before.Write(Record("r1"));
        }

        log.Lines.ShouldContain("2 audit records still wait for the journal; the next start delivers them");
        using var after = NewSink();
        after.Write(Record("r2"));
        using var journal = new JournalListener(SocketPath);

        Enumerable.Range(0, 3).Select(_ => journal.ReceiveFields()["TIDEGATE_REQUEST_ID"]).ShouldBe(["r0", "r1", "r2"]);
        log.Until("delivered late", "The journal takes audit records again: 3 were delivered late");
    }

    [Fact]
    public void A_full_spool_refuses_and_the_gap_is_recorded_where_it_was()
    {
        var auditLog = new RecordingLogger<AuditLog>();
        using var audit = new AuditLog([NewSink(spoolBytes: 64 * 1024)], AuditFailure.Refuse, new("gate-1", "test"), TimeProvider.System, auditLog);
        var written = 0;
        while (audit.Write(Event($"r{written}"), AuditStage.End))
        {
            written++;
        }

        written.ShouldBeGreaterThan(20);
        audit.MayProceed().ShouldBeFalse();
        audit.Write(Event("lost"), AuditStage.End).ShouldBeFalse();
        audit.Lost.ShouldBe(2);
        auditLog.Lines.ShouldHaveSingleItem().ShouldMatch("^Audit records cannot be written, requests are refused: the spool .* is full");

        using var journal = new JournalListener(SocketPath);
        for (var i = 0; i < written; i++)
        {
            journal.ReceiveFields()["TIDEGATE_REQUEST_ID"].ShouldBe($"r{i}");
        }

        // Nobody comes: the gap is recorded all the same.
        var gap = journal.ReceiveFields();
        (gap["TIDEGATE_EVENT"], gap["TIDEGATE_LOST_RECORDS"], gap["PRIORITY"]).ShouldBe(("audit-gap", "2", "4"));
        gap["MESSAGE"].ShouldMatch("\"code\":\"TGA001I\".*\"lost\":2,\"first\":\"2.*\",\"last\":\"2.*\",\"reason\":\"the spool .* is full");
        auditLog.Until("written again", "Audit records are written again; 2 were lost between ");
        audit.MayProceed().ShouldBeTrue();
        audit.Write(Event("next"), AuditStage.End).ShouldBeTrue();
        journal.ReceiveFields()["TIDEGATE_REQUEST_ID"].ShouldBe("next");
    }

    [Fact]
    public void A_torn_record_of_the_process_before_is_a_gap()
    {
        using (var before = NewSink())
        {
            before.Write(Record("r0"));
            before.Write(Record("r1"));
        }

        using (var file = File.OpenWrite(Directory.GetFiles(Spool).Single()))
        {
            file.SetLength(file.Length - 1);
        }

        using var audit = new AuditLog([NewSink()], AuditFailure.Refuse, new("gate-1", "test"), TimeProvider.System, new RecordingLogger<AuditLog>());
        using var journal = new JournalListener(SocketPath);

        journal.ReceiveFields()["TIDEGATE_REQUEST_ID"].ShouldBe("r0");
        var gap = journal.ReceiveFields();
        (gap["TIDEGATE_EVENT"], gap["TIDEGATE_LOST_RECORDS"]).ShouldBe(("audit-gap", "1"));
        audit.Lost.ShouldBe(1);
    }

    [Fact]
    public void With_two_outputs_each_gets_what_the_other_cannot_take()
    {
        var file = Path.Combine(scratch.FullName, "audit.log");
        var journalSink = NewSink(spoolBytes: 4096);
        using var audit = new AuditLog(
            [journalSink, new FileAuditSink(file, TimeProvider.System)], AuditFailure.Continue, new("gate-1", "test"), TimeProvider.System,
            new RecordingLogger<AuditLog>());

        for (var i = 0; i < 50; i++)
        {
            audit.Write(Event($"r{i}"), AuditStage.End).ShouldBeTrue();
        }

        File.ReadLines(file).Count().ShouldBe(50);
        File.ReadAllText(file).ShouldNotContain("TGA001I", customMessage: "the file has missed nothing");
        audit.Lost.ShouldBe(50 - journalSink.Queued);
    }

    private JournaldAuditSink NewSink(long spoolBytes = 1024 * 1024) =>
        new(new JournaldSocket(SocketPath, TimeProvider.System), new AuditSpool(Spool, spoolBytes), TimeProvider.System, log);

    private static AuditRecord Record(string id, Action<AuditEvent>? change = null)
    {
        var e = Event(id);
        change?.Invoke(e);
        return new(AuditRecordKind.Request, Encoding.UTF8.GetBytes($"{{\"uid\":\"{id}\"}}\n"), e);
    }

    private static AuditEvent Event(string id) => new()
    {
        RequestId = id,
        StartedAt = DateTimeOffset.UnixEpoch,
        Method = "GET",
        Path = "/clusters/prod-eu/api/v1/pods",
        Identity = new("alice", [], [], "01", "ff", DateTimeOffset.MaxValue),
        Cluster = "prod-eu",
        Decision = new AccessAllowed(new Principal("alice", ["edit"]), "allowed by role editor", "editor", null),
        ResponseCode = 200,
        Revision = "0123",
    };
}
