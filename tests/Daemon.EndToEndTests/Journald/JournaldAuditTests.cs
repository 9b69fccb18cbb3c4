using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog.Sinks.Journald;
using Tidegate.Access;
using Tidegate.Audit;
using Tidegate.Kubernetes;

namespace Tidegate.EndToEndTests.Journald;

/// <summary>Audit records in a real journal: whole, selectable by their fields, and kept while there is none.</summary>
public sealed class JournaldAuditTests : IDisposable
{
    private readonly RealJournal journal = new();
    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("tidegate-audit-");

    public void Dispose()
    {
        journal.Dispose();
        scratch.Delete(recursive: true);
    }

    [Fact]
    public void A_record_is_selected_by_cluster_and_user()
    {
        journal.Start();
        using var audit = NewAudit();

        audit.Write(Event("r1", "prod-eu"), AuditStage.End).ShouldBeTrue();
        audit.Write(Event("r2", "dev-eu"), AuditStage.End).ShouldBeTrue();

        var entry = journal.WaitFor(1, "SYSLOG_IDENTIFIER=tidegate", "TIDEGATE_CLUSTER=prod-eu", "TIDEGATE_USER=alice").ShouldHaveSingleItem();
        entry.GetProperty("TIDEGATE_REQUEST_ID").GetString().ShouldBe("r1");
        entry.GetProperty("TIDEGATE_DECISION").GetString().ShouldBe("allowed");
        var record = JsonNode.Parse(entry.GetProperty("MESSAGE").GetString()!)!;
        ((string?)record["kubernetes_cluster"]).ShouldBe("prod-eu");
        ((string?)record["role"]).ShouldBe("editor");
    }

    [Fact]
    public void Records_written_while_there_is_no_journal_arrive_when_there_is_one_again()
    {
        journal.Start();
        using var audit = NewAudit();
        audit.Write(Event("r1", "c"), AuditStage.End).ShouldBeTrue();
        journal.WaitFor(1, "TIDEGATE_REQUEST_ID=r1");
        journal.Stop();

        audit.Write(Event("r2", "c"), AuditStage.End).ShouldBeTrue();
        audit.MayProceed().ShouldBeTrue();
        audit.Queued.ShouldBe(1);

        journal.Start();
        audit.Write(Event("r3", "c"), AuditStage.End).ShouldBeTrue();
        journal.WaitFor(1, "TIDEGATE_REQUEST_ID=r3");
        journal.WaitFor(1, "TIDEGATE_LATE=1", "TIDEGATE_REQUEST_ID=r2").ShouldHaveSingleItem();
    }

    [Fact]
    public void A_value_cannot_smuggle_in_fields()
    {
        journal.Start();
        using var audit = NewAudit();

        audit.Write(Event("r1", "c\nTIDEGATE_USER=root\nMESSAGE=forged"), AuditStage.End).ShouldBeTrue();

        var entry = journal.WaitFor(1, "TIDEGATE_REQUEST_ID=r1").ShouldHaveSingleItem();
        entry.GetProperty("TIDEGATE_USER").GetString().ShouldBe("alice");
        entry.GetProperty("MESSAGE").GetString().ShouldStartWith("{\"event\":");
    }

    private AuditLog NewAudit() => new(
        [
            new JournaldAuditSink(
                new JournaldSocket(journal.SocketPath, TimeProvider.System), new AuditSpool(Path.Combine(scratch.FullName, "spool"), 1024 * 1024), TimeProvider.System,
                NullLogger<JournaldAuditSink>.Instance),
        ],
        AuditFailure.Refuse,
        new("gate-1", "test"),
        TimeProvider.System,
        NullLogger<AuditLog>.Instance);

    private static AuditEvent Event(string id, string cluster) => new()
    {
        RequestId = id,
        StartedAt = DateTimeOffset.UnixEpoch,
        Method = "GET",
        Path = $"/clusters/{cluster}/api/v1/pods",
        Identity = new("alice", [], [], "01", "ff", DateTimeOffset.MaxValue),
        Cluster = cluster,
        Decision = new AccessAllowed(new Principal("alice", ["edit"]), "allowed by role editor", "editor", null),
        ResponseCode = 200,
        Revision = "0123",
    };
}
