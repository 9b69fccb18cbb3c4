using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog.Sinks.Journald;
using Tidegate.Access;
using Tidegate.Audit;
using Tidegate.Kubernetes;

namespace Tidegate.EndToEndTests.Journald;

/// <summary>Audit records in a real journal: whole, selectable by their fields, and refused while there is none.</summary>
public sealed class JournaldAuditTests : IDisposable
{
    private readonly RealJournal journal = new();

    public void Dispose() => journal.Dispose();

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
    public void Without_a_journal_nothing_proceeds_and_with_one_again_it_does()
    {
        journal.Start();
        using var audit = NewAudit();
        audit.Write(Event("r1", "c"), AuditStage.End).ShouldBeTrue();
        journal.Stop();

        audit.Write(Event("r2", "c"), AuditStage.End).ShouldBeFalse();
        audit.MayProceed().ShouldBeFalse();

        journal.Start();
        audit.MayProceed().ShouldBeTrue();
        audit.Write(Event("r3", "c"), AuditStage.End).ShouldBeTrue();
        journal.WaitFor(1, "TIDEGATE_REQUEST_ID=r3");
    }

    private AuditLog NewAudit() => new(
        [new JournaldAuditSink(new JournaldSocket(journal.SocketPath, TimeProvider.System))],
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
