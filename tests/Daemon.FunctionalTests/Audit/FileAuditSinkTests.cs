using Microsoft.Extensions.Time.Testing;
using Tidegate.Audit;

namespace Tidegate.FunctionalTests.Audit;

/// <summary>The audit file: private, appended, and followed by a new one when it is moved away.</summary>
public sealed class FileAuditSinkTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tidegate-audit-");
    private readonly FakeTimeProvider time = new();

    private string Path => System.IO.Path.Combine(folder.FullName, "audit.log");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Records_are_appended_to_a_file_that_only_the_gate_reads()
    {
        using (var first = new FileAuditSink(Path, time))
        {
            first.Write(Record("1\n"));
        }

        using var second = new FileAuditSink(Path, time);
        second.Write(Record("2\n"));

        ReadShared(Path).ShouldBe("1\n2\n");
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void After_a_rotation_records_go_to_a_new_file()
    {
        using var sink = new FileAuditSink(Path, time);
        sink.Write(Record("1\n"));
        File.Move(Path, Path + ".1");
        time.Advance(TimeSpan.FromSeconds(2));
        sink.Write(Record("2\n"));

        ReadShared(Path + ".1").ShouldBe("1\n");
        ReadShared(Path).ShouldBe("2\n");
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_error_that_names_it()
    {
        using var sink = new FileAuditSink("/dev/full", time);

        Should.Throw<IOException>(() => sink.Write(Record("1\n"))).Message.ShouldStartWith("the audit file /dev/full cannot be written: ");
    }

    private static AuditRecord Record(string text) =>
        new(AuditRecordKind.Request, System.Text.Encoding.UTF8.GetBytes(text), new() { RequestId = "", StartedAt = default, Method = "", Path = "" });

    private static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
