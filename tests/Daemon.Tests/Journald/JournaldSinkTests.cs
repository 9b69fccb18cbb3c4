using System.Globalization;
using Serilog;
using Serilog.Sinks.Journald;

namespace Tidegate.Tests.Journald;

public sealed class JournaldSinkTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tidegate-journald-");

    private string SocketPath => Path.Combine(folder.FullName, "socket");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void An_event_becomes_fields()
    {
        using var journal = new JournalListener(SocketPath);
        using var logger = Logger();

        logger.ForContext("MessageId", "d1f2a3b4-0000-4000-8000-000000000001")
            .ForContext("EventId", new { Id = 6001, Name = "Forwarded" }, destructureObjects: true)
            .ForContext("Absent", null)
            .Warning(
                new InvalidOperationException("broken"),
                "{User} reached {Cluster} after {DurationMs} ms with {Groups}",
                "alice",
                "prod\neu",
                1.5,
                new[] { "a", "b" });

        var fields = journal.ReceiveFields();
        DateTimeOffset.Parse(fields["TIDEGATE_TIMESTAMP"], CultureInfo.InvariantCulture).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        fields.Remove("TIDEGATE_TIMESTAMP");
        fields.OrderBy(f => f.Key, StringComparer.Ordinal).ShouldBe(new Dictionary<string, string>
        {
            ["MESSAGE"] = "alice reached prod\neu after 1.5 ms with [\"a\",\"b\"]",
            ["MESSAGE_ID"] = "d1f2a3b4000040008000000000000001",
            ["PRIORITY"] = "4",
            ["SYSLOG_IDENTIFIER"] = "tidegate",
            ["TIDEGATE_CLUSTER"] = "prod\neu",
            ["TIDEGATE_DURATION_MS"] = "1.5",
            ["TIDEGATE_EVENT_ID"] = "6001",
            ["TIDEGATE_EXCEPTION"] = "System.InvalidOperationException: broken",
            ["TIDEGATE_GROUPS"] = "[\"a\",\"b\"]",
            ["TIDEGATE_USER"] = "alice",
        });
    }

    [Fact]
    public void Levels_become_priorities()
    {
        using var journal = new JournalListener(SocketPath);
        using var logger = Logger();

        foreach (var level in Enum.GetValues<Serilog.Events.LogEventLevel>())
        {
            logger.Write(level, "x");
        }

        Enumerable.Range(0, 6).Select(_ => journal.ReceiveFields()["PRIORITY"]).ShouldBe(["7", "7", "6", "4", "3", "2"]);
    }

    [Fact]
    public void Entries_wait_for_a_journal_that_is_away()
    {
        using var logger = Logger();
        logger.Information("early");

        using var journal = new JournalListener(SocketPath);

        journal.ReceiveFields()["MESSAGE"].ShouldBe("early");
    }

    [Fact]
    public void Nothing_waits_for_a_journal_that_does_not_read_and_every_loss_is_accounted_for()
    {
        const int Total = 20_000;
        using var journal = new JournalListener(SocketPath);
        using var sink = new JournaldSink(new() { SocketPath = SocketPath, MaxEntries = 500 });
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

        var watch = PromisedTime.Start();
        for (var i = 0; i < Total; i++)
        {
            logger.Information("{Number}", i);
        }

        watch.ShouldBeKept(TimeSpan.FromSeconds(10));
        sink.Lost.ShouldBeGreaterThan(Total / 2);
        var (received, gaps) = ReadUntil(journal, Total);
        gaps.Sum(g => long.Parse(g["TIDEGATE_LOST_ENTRIES"], CultureInfo.InvariantCulture)).ShouldBe(sink.Lost);
        (received.Count + sink.Lost).ShouldBe(Total);
        received.ShouldBe([.. received.Order()], "entries keep their order");
        gaps.Count.ShouldBeLessThan(20);
        gaps[0]["MESSAGE"].ShouldMatch(
            @"^\d+ log entries were lost between 2\d{3}-[0-9T:.-]+Z and 2\d{3}-[0-9T:.-]+Z "
            + $"because (the journal does not keep up with what is sent to {SocketPath}|more came at once than the journal could take)$");
        gaps[0]["PRIORITY"].ShouldBe("4");
    }

    [Fact]
    public void A_gap_while_the_journal_was_away_is_reported_behind_what_could_be_kept()
    {
        using var sink = new JournaldSink(new() { SocketPath = SocketPath, MaxEntries = 10 });
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        logger.Information("0");
        SpinWait.SpinUntil(() => sink.IsWaiting, TimeSpan.FromSeconds(120)).ShouldBeTrue();
        for (var i = 1; i < 25; i++)
        {
            logger.Information("{Number}", i);
        }

        sink.Lost.ShouldBe(15);
        using var journal = new JournalListener(SocketPath);

        Enumerable.Range(0, 10).Select(_ => journal.ReceiveFields()["MESSAGE"])
            .ShouldBe(Enumerable.Range(0, 10).Select(i => i.ToString(CultureInfo.InvariantCulture)));
        journal.ReceiveFields()["MESSAGE"].ShouldMatch(
            $@"^15 log entries were lost between .*Z and .*Z because the journal's socket {SocketPath} is not reachable: it does not exist$");
        logger.Information("back");
        journal.ReceiveFields()["MESSAGE"].ShouldBe("back");
    }

    [Fact]
    public void The_backlog_is_bounded_in_bytes_too()
    {
        using var sink = new JournaldSink(new() { SocketPath = SocketPath, MaxBytes = 100_000 });
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

        for (var i = 0; i < 20; i++)
        {
            logger.Information("{Text}", new string('x', 10_000));
        }

        // Each entry holds the text twice, in the message and as a field.
        sink.Lost.ShouldBe(16);
    }

    [Fact]
    public async Task Disposing_sends_what_waits()
    {
        const int Total = 2000;
        using var journal = new JournalListener(SocketPath);
        var sink = new JournaldSink(new() { SocketPath = SocketPath, DrainTimeout = TimeSpan.FromSeconds(120) });
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        for (var i = 0; i < Total; i++)
        {
            logger.Information("{Number}", i);
        }

        var disposing = Task.Run(logger.Dispose);
        var (received, gaps) = ReadUntil(journal, Total);

        gaps.ShouldBeEmpty();
        received.ShouldBe([.. Enumerable.Range(0, Total)]);
        await disposing.WaitAsync(TimeSpan.FromSeconds(120));
    }

    [Fact]
    public void Disposing_gives_a_full_journal_its_time_and_no_more()
    {
        using var journal = new JournalListener(SocketPath);
        var sink = new JournaldSink(new() { SocketPath = SocketPath, DrainTimeout = TimeSpan.FromSeconds(1) });
        using var logger = new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();
        for (var i = 0; i < 2000; i++)
        {
            logger.Information("{Number}", i);
        }

        SpinWait.SpinUntil(() => sink.IsWaiting, TimeSpan.FromSeconds(120)).ShouldBeTrue();
        var watch = PromisedTime.Start();
        logger.Dispose();

        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
        watch.ShouldBeKept(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Disposing_does_not_wait_for_a_journal_that_is_away()
    {
        var logger = Logger();
        logger.Information("lost");

        var watch = PromisedTime.Start();
        logger.Dispose();

        watch.ShouldBeKept(TimeSpan.FromSeconds(10));
    }

    private Serilog.Core.Logger Logger() =>
        new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new JournaldSink(new() { SocketPath = SocketPath })).CreateLogger();

    /// <summary>Reads until received and lost entries make up <paramref name="total"/>.</summary>
    private static (List<int> Received, List<Dictionary<string, string>> Gaps) ReadUntil(JournalListener journal, int total)
    {
        var received = new List<int>();
        var gaps = new List<Dictionary<string, string>>();
        var accounted = 0;
        while (accounted < total)
        {
            var fields = journal.ReceiveFields();
            if (fields.TryGetValue("TIDEGATE_LOST_ENTRIES", out var lost))
            {
                gaps.Add(fields);
                accounted += int.Parse(lost, CultureInfo.InvariantCulture);
            }
            else
            {
                received.Add(int.Parse(fields["TIDEGATE_NUMBER"], CultureInfo.InvariantCulture));
                accounted++;
            }
        }

        return (received, gaps);
    }
}
