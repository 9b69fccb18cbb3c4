using System.Text.Json;
using Serilog;
using Serilog.Core;
using Serilog.Sinks.Journald;
using Tidegate.Tests;

namespace Tidegate.EndToEndTests.Journald;

/// <summary>What a real systemd-journald makes of what the sink sends, read back with journalctl.</summary>
public sealed class JournaldTests : IDisposable
{
    private readonly RealJournal journal = new();

    public void Dispose() => journal.Dispose();

    [Fact]
    public void Fields_are_found_by_journalctl()
    {
        journal.Start();
        using var logger = NewLogger();

        logger.ForContext("MessageId", "d1f2a3b4000040008000000000000001")
            .Error(new InvalidOperationException("first\nsecond"), "{User} was refused at {Cluster}", "alice", "prod-eu");
        logger.Information("something else");

        var entry = journal.WaitFor(1, "SYSLOG_IDENTIFIER=tidegate", "TIDEGATE_CLUSTER=prod-eu").ShouldHaveSingleItem();
        Field(entry, "MESSAGE").ShouldBe("alice was refused at prod-eu");
        Field(entry, "PRIORITY").ShouldBe("3");
        Field(entry, "MESSAGE_ID").ShouldBe("d1f2a3b4000040008000000000000001");
        Field(entry, "TIDEGATE_USER").ShouldBe("alice");
        Field(entry, "TIDEGATE_EXCEPTION").ShouldBe("System.InvalidOperationException: first\nsecond");
        Field(entry, "_TRANSPORT").ShouldBe("journal");
    }

    [Fact]
    public void A_value_cannot_smuggle_in_fields()
    {
        journal.Start();
        using var logger = NewLogger();

        logger.Information("{Subject}", "harmless\nPRIORITY=0\nTIDEGATE_USER=root\nMESSAGE=forged");

        var entry = journal.WaitFor(1, "SYSLOG_IDENTIFIER=tidegate").ShouldHaveSingleItem();
        Field(entry, "PRIORITY").ShouldBe("6");
        Field(entry, "MESSAGE").ShouldBe("harmless\nPRIORITY=0\nTIDEGATE_USER=root\nMESSAGE=forged");
        Field(entry, "TIDEGATE_SUBJECT").ShouldBe("harmless\nPRIORITY=0\nTIDEGATE_USER=root\nMESSAGE=forged");
        entry.TryGetProperty("TIDEGATE_USER", out _).ShouldBeFalse();
    }

    [Fact]
    public void An_entry_of_a_megabyte_arrives_whole()
    {
        journal.Start();
        using var logger = NewLogger();
        var text = string.Concat(Enumerable.Range(0, 131_072).Select(i => $"{i:x7}\n"));

        logger.Information("large {Size} {Text}", text.Length, text);

        var entry = journal.WaitFor(1, "SYSLOG_IDENTIFIER=tidegate", "TIDEGATE_SIZE=1048576").ShouldHaveSingleItem();
        (Field(entry, "TIDEGATE_TEXT") == text).ShouldBeTrue("the text differs");
        Field(entry, "MESSAGE").Length.ShouldBe("large 1048576 ".Length + text.Length);
    }

    [Fact]
    public void One_entry_can_be_sent_with_its_result()
    {
        using var socket = new JournaldSocket(journal.SocketPath, TimeProvider.System);
        var entry = new JournaldEntry().Add("MESSAGE", "access denied").Add("SYSLOG_IDENTIFIER", "tidegate").Add("TIDEGATE_AUDIT", "{}").Bytes.ToArray();
        socket.Send(entry, TimeSpan.FromSeconds(1)).Status.ShouldBe(JournaldSendStatus.Unreachable);
        journal.Start();

        socket.Send(entry, TimeSpan.FromSeconds(1)).ShouldBe(JournaldSendResult.Sent);

        Field(journal.WaitFor(1, "TIDEGATE_AUDIT={}").ShouldHaveSingleItem(), "MESSAGE").ShouldBe("access denied");
    }

    [Fact]
    public void A_restart_loses_nothing_and_a_longer_absence_is_reported()
    {
        journal.Start();
        using var sink = new JournaldSink(new() { SocketPath = journal.SocketPath, MaxEntries = 10 });
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        logger.Information("before");
        journal.WaitFor(1, "SYSLOG_IDENTIFIER=tidegate", "MESSAGE=before");

        journal.Stop();
        logger.Information("kept {Number}", 0);
        SpinWait.SpinUntil(() => sink.IsWaiting, TimeSpan.FromSeconds(120)).ShouldBeTrue();
        for (var i = 1; i < 50; i++)
        {
            logger.Information("kept {Number}", i);
        }

        journal.Start();

        var gap = journal.WaitFor(1, "SYSLOG_IDENTIFIER=tidegate", "TIDEGATE_LOST_ENTRIES=40").ShouldHaveSingleItem();
        Field(gap, "MESSAGE").ShouldMatch(@"^40 log entries were lost between \S+Z and \S+Z because the journal's socket \S+ is not reachable: ");
        journal.WaitFor(11, "SYSLOG_IDENTIFIER=tidegate").Where(e => e.TryGetProperty("TIDEGATE_NUMBER", out _)).Select(e => Field(e, "TIDEGATE_NUMBER"))
            .ShouldBe(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        sink.Lost.ShouldBe(40);
    }

    [Fact]
    public void A_journal_that_hangs_holds_up_nobody()
    {
        const int Total = 20_000;
        journal.Start();
        using var sink = new JournaldSink(new() { SocketPath = journal.SocketPath, MaxEntries = 100 });
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

        journal.Freeze();
        SpinWait.SpinUntil(
            () =>
            {
                logger.Information("fill");
                return sink.IsWaiting;
            },
            TimeSpan.FromSeconds(120)).ShouldBeTrue();
        var watch = PromisedTime.Start();
        for (var i = 0; i < Total; i++)
        {
            logger.Information("entry {Number}", i);
        }

        watch.ShouldBeKept(TimeSpan.FromSeconds(10));
        var lost = sink.Lost;
        lost.ShouldBeGreaterThan(0);
        journal.Thaw();

        Field(journal.WaitFor(1, $"TIDEGATE_LOST_ENTRIES={lost}").ShouldHaveSingleItem(), "MESSAGE")
            .ShouldEndWith($"because the journal does not keep up with what is sent to {journal.SocketPath}");
    }

    private Logger NewLogger() => new LoggerConfiguration().WriteTo.Sink(new JournaldSink(new() { SocketPath = journal.SocketPath })).CreateLogger();

    /// <summary>A field as text; journalctl writes one that is not printable as an array of bytes.</summary>
    private static string Field(JsonElement entry, string name)
    {
        var value = entry.GetProperty(name);
        return value.ValueKind == JsonValueKind.Array
            ? System.Text.Encoding.UTF8.GetString([.. value.EnumerateArray().Select(b => b.GetByte())])
            : value.GetString().ShouldNotBeNull();
    }
}
