using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tidegate.Configuration;
using Tidegate.Hosting;
using Tidegate.Tests.Journald;

namespace Tidegate.Tests.Hosting;

/// <summary>Replaces the process's console, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(LogSetupTests), DisableParallelization = true)]
[Collection(nameof(LogSetupTests))]
public sealed partial class LogSetupTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tidegate-log-");
    private readonly TextWriter standardOutput = Console.Out;
    private readonly TextWriter standardError = Console.Error;
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public LogSetupTests()
    {
        Console.SetOut(output);
        Console.SetError(error);
    }

    private string JournalPath => Path.Combine(folder.FullName, "journal");

    public void Dispose()
    {
        Console.SetOut(standardOutput);
        Console.SetError(standardError);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Standard_error_is_the_default_without_systemd()
    {
        Write(LogOptions.Default, inJournal: false);

        output.ToString().ShouldBeEmpty();
        error.ToString().ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO  alice came\n$");
    }

    [Fact]
    public void The_journal_is_the_default_under_systemd()
    {
        using var journal = new JournalListener(JournalPath);

        Write(LogOptions.Default, inJournal: true);

        var fields = journal.ReceiveFields();
        (fields["MESSAGE"], fields["TIDEGATE_USER"], fields["TIDEGATE_EVENT_ID"], fields["TIDEGATE_SOURCE_CONTEXT"])
            .ShouldBe(("alice came", "alice", "9990", "Tidegate.Test"));
        error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void What_an_absent_journal_did_not_take_is_counted()
    {
        using var loggers = LogSetup.Create(
            LogOptions.Default, inJournal: true, new() { SocketPath = JournalPath, MaxEntries = 2, DrainTimeout = TimeSpan.Zero });
        var logger = loggers.CreateLogger("Tidegate.Test");
        for (var i = 0; i < 5; i++)
        {
            logger.LogWarning("entry");
        }

        loggers.Lost.ShouldBe(3);
    }

    [Fact]
    public void The_journal_is_used_when_asked_for()
    {
        using var journal = new JournalListener(JournalPath);

        Write(LogOptions.Default with { Output = LogOutput.Journald }, inJournal: false);

        journal.ReceiveFields()["MESSAGE"].ShouldBe("alice came");
    }

    [Fact]
    public void Standard_output_is_used_when_asked_for()
    {
        Write(LogOptions.Default with { Output = LogOutput.Stdout, Format = LogFormat.Json }, inJournal: true);

        error.ToString().ShouldBeEmpty();
        var line = JsonDocument.Parse(output.ToString()).RootElement;
        line.GetProperty("User").GetString().ShouldBe("alice");
        line.GetProperty("@mt").GetString().ShouldBe("{User} came");
    }

    [Fact]
    public void A_file_is_appended_to()
    {
        var file = Path.Combine(folder.FullName, "tidegate.log");
        var options = LogOptions.Default with { Output = LogOutput.File, File = file };

        Write(options, inJournal: false);
        Write(options, inJournal: false, "bob");

        File.ReadLines(file).Select(l => l[25..]).ShouldBe(["INFO  alice came", "INFO  bob came"]);
    }

    [Fact]
    public void A_line_cannot_be_forged()
    {
        Write(LogOptions.Default, inJournal: false, "eve\n2026-01-01T00:00:00.000Z INFO  root\u001b[2J\u202e");

        error.ToString().TrimEnd('\n').ShouldEndWith(" INFO  eve\\u000a2026-01-01T00:00:00.000Z INFO  root\\u001b[2J\\u202e came");
        error.ToString().Count(c => c == '\n').ShouldBe(1);
    }

    [Fact]
    public void An_exceptions_lines_are_indented()
    {
        using (var factory = LogSetup.Create(LogOptions.Default, inJournal: false, new()))
        {
            Failed(factory.CreateLogger("Tidegate.Test"), new InvalidOperationException("one\ntwo"));
        }

        error.ToString().ShouldEndWith(" ERROR it failed\n    System.InvalidOperationException: one\n    two\n");
    }

    [Theory]
    [InlineData(LogLevel.Information, "Tidegate.Sync", LogLevel.Debug, false)]
    [InlineData(LogLevel.Information, "Tidegate.Sync", LogLevel.Information, true)]
    [InlineData(LogLevel.Trace, "Tidegate.Sync", LogLevel.Trace, true)]
    [InlineData(LogLevel.Debug, "Tidegate.Sync", LogLevel.Trace, false)]
    [InlineData(LogLevel.Information, "Microsoft.AspNetCore.Hosting", LogLevel.Information, false)]
    [InlineData(LogLevel.Information, "Microsoft.AspNetCore.Hosting", LogLevel.Warning, true)]
    [InlineData(LogLevel.Information, "Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Information, false)]
    [InlineData(LogLevel.Error, "Microsoft.AspNetCore.Hosting", LogLevel.Warning, false)]
    [InlineData(LogLevel.Error, "Tidegate.Sync", LogLevel.Warning, false)]
    [InlineData(LogLevel.Error, "Tidegate.Sync", LogLevel.Critical, true)]
    public void Severity_decides_and_frameworks_speak_from_warning_on(LogLevel severity, string category, LogLevel level, bool enabled)
    {
        using var factory = LogSetup.Create(LogOptions.Default with { Severity = severity }, inJournal: false, new());

        factory.CreateLogger(category).IsEnabled(level).ShouldBe(enabled);
    }

    [Theory]
    [InlineData("8:12345", true)]
    [InlineData("8:12346", true)]
    [InlineData("8:12347", false)]
    [InlineData("8:", false)]
    [InlineData("12345", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void The_journal_is_meant_only_while_a_standard_stream_is_its_socket(string? variable, bool expected) =>
        JournalStream.Names(variable, "socket:[12345]", "socket:[12346]").ShouldBe(expected);

    private void Write(LogOptions options, bool inJournal, string user = "alice")
    {
        using var factory = LogSetup.Create(options, inJournal, new() { SocketPath = JournalPath });
        Came(factory.CreateLogger("Tidegate.Test"), user);
    }

    [LoggerMessage(9990, LogLevel.Information, "{User} came")]
    private static partial void Came(ILogger logger, string user);

    [LoggerMessage(9991, LogLevel.Error, "it failed")]
    private static partial void Failed(ILogger logger, Exception exception);
}
