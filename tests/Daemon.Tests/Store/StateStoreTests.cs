using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Tidegate.Store;
using Tidegate.Values;

namespace Tidegate.Tests.Store;

public sealed class StateStoreTests : IDisposable
{
    private static readonly Revision First = new("1111", "Ada <ada@example.com>", new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), "Add a");
    private readonly string folder = Directory.CreateTempSubdirectory("tidegate-store-").FullName;
    private readonly Messages messages = new();

    private string File => Path.Combine(folder, "state.db");

    [Fact]
    public void A_new_store_is_empty_and_only_for_its_owner()
    {
        using (var store = Open())
        {
            store.ReadApplied().ShouldBeNull();
            store.ReadHistory(10).ShouldBeEmpty();
            store.WriteApplied(new(First, [Row("a.yaml", "b1", "a: 1")]));
            Directory.GetFiles(folder).ShouldContain(f => f.EndsWith("-wal", StringComparison.Ordinal));
            foreach (var file in Directory.GetFiles(folder))
            {
                System.IO.File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
            }
        }

        System.IO.File.SetUnixFileMode(File, (UnixFileMode)0b110_100_100);
        Open().Dispose();
        System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void What_was_applied_is_read_again_by_the_next_process()
    {
        var retained = Row("a.yaml", "b0", "a: 0") with { IsRetained = true, RevisionId = "0000" };
        using (var store = Open())
        {
            store.WriteApplied(new(First, [Row("b.yaml", "b2", "b: \0ÿ"), Row("a.yaml", "b1", "a: 1"), retained]));
        }

        using var again = Open();
        var applied = again.ReadApplied().ShouldNotBeNull();
        applied.Revision.ShouldBe(First);
        applied.Files.Select(Text).ShouldBe(["a.yaml b1 False  a: 1", "a.yaml b0 True 0000 a: 0", "b.yaml b2 False  b: \0ÿ"]);
    }

    [Fact]
    public void A_write_replaces_adds_and_removes()
    {
        using (var store = Open())
        {
            store.WriteApplied(new(First, [Row("a.yaml", "b1", "a: 1"), Row("b.yaml", "b2", "b: 1"), Row("c.yaml", "b3", "c: 1")]));
            store.WriteApplied(new(First with { Id = "2222" }, [Row("a.yaml", "b4", "a: 2"), Row("b.yaml", "b2", "b: 1") with { IsRetained = true }, Row("d.yaml", "b5", "d: 1")]));
        }

        using var again = Open();
        var applied = again.ReadApplied().ShouldNotBeNull();
        applied.Revision.Id.ShouldBe("2222");
        applied.Files.Select(Text).ShouldBe(["a.yaml b4 False  a: 2", "b.yaml b2 True  b: 1", "d.yaml b5 False  d: 1"]);
    }

    [Fact]
    public void The_history_keeps_the_last_two_hundred_newest_first()
    {
        using (var store = Open())
        {
            for (var i = 1; i <= 205; i++)
            {
                store.AppendHistory(new(DateTimeOffset.UnixEpoch.AddSeconds(i), TimeSpan.FromMilliseconds(i), "timer", "Applied", i % 2 == 0 ? null : $"{i}", $"{{\"n\":{i}}}"));
            }
        }

        using var again = Open();
        var records = again.ReadHistory(1000);
        records.Count.ShouldBe(200);
        records[0].ShouldBe(new(DateTimeOffset.UnixEpoch.AddSeconds(205), TimeSpan.FromMilliseconds(205), "timer", "Applied", "205", "{\"n\":205}"));
        records[^1].Details.ShouldBe("{\"n\":6}");
        again.ReadHistory(2).Count.ShouldBe(2);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_left_alone_and_named()
    {
        Open().Dispose();
        Change("PRAGMA user_version = 99");
        var error = Should.Throw<StoreException>(Open).Message;
        error.ShouldContain("version 99");
        error.ShouldContain(File);
        System.IO.File.Exists($"{File}.damaged").ShouldBeFalse();
    }

    [Fact]
    public void A_second_process_is_told_that_the_file_is_in_use()
    {
        using var store = Open();
        Should.Throw<StoreException>(Open).Message.ShouldContain("in use by another tidegate");
    }

    [Fact]
    public void A_folder_that_is_missing_is_named() =>
        Should.Throw<StoreException>(() => StateStore.Open(Path.Combine(folder, "absent", "state.db"), messages)).Message.ShouldContain("data_dir");

    [Theory]
    [InlineData("garbage")]
    [InlineData("header")]
    [InlineData("middle")]
    [InlineData("truncated")]
    [InlineData("bit")]
    public void A_damaged_file_is_moved_aside_and_a_fresh_one_works(string damage)
    {
        using (var store = Open())
        {
            store.WriteApplied(StoreWriter.State(1));
        }

        Damage(damage);
        using (var store = Open())
        {
            store.ReadApplied().ShouldBeNull();
            store.WriteApplied(new(First, [Row("a.yaml", "b1", "a: 1")]));
        }

        System.IO.File.Exists($"{File}.damaged").ShouldBeTrue();
        messages.Lines.ShouldHaveSingleItem().ShouldContain("damaged");
        using var again = Open();
        again.ReadApplied().ShouldNotBeNull().Files.Count.ShouldBe(1);
        messages.Lines.Count.ShouldBe(1);
    }

    [Fact]
    public void One_changed_file_of_ten_thousand_is_written_alone()
    {
        var files = Enumerable.Range(0, 10_000).Select(i => Row($"c/{i:d5}.yaml", $"b{i}", new string('x', 300))).ToList();
        using var store = Open();
        store.WriteApplied(new(First, files));
        var (asked, log) = (new List<string>(), new FileInfo($"{File}-wal").Length);
        for (var i = 0; i < 10; i++)
        {
            files[i * 100] = Row($"c/{i * 100:d5}.yaml", $"new{i}", "changed");
            store.WriteApplied(new(First with { Id = $"{i}" }, files), file =>
            {
                asked.Add(file.BlobId);
                return file.Content;
            });
        }

        asked.ShouldBe(Enumerable.Range(0, 10).Select(i => $"new{i}"), "the contents of no other file are asked for");
        store.ReadApplied().ShouldNotBeNull().Files.Count(f => f.Content.Length == 7).ShouldBe(10);

        // Some pages of 4 kB each time, of the row, its index and the revision; all rows are more than 4 MB.
        (new FileInfo($"{File}-wal").Length - log).ShouldBeLessThan(10 * 100_000);
    }

    /// <summary>What the writer said it had written is there, whole, whatever it was doing when it was killed.</summary>
    [Fact]
    public async Task A_writer_killed_at_any_time_leaves_a_whole_state()
    {
        var last = 0;
        for (var round = 0; round < 12; round++)
        {
            using var writer = Process.Start(new ProcessStartInfo("dotnet", [typeof(StoreWriter).Assembly.Location, "write-store", File]) { RedirectStandardOutput = true })!;
            for (var line = 0; line <= round * 7 % 30; line++)
            {
                last = int.Parse((await writer.StandardOutput.ReadLineAsync()).ShouldNotBeNull(), CultureInfo.InvariantCulture);
            }

            writer.Kill();
            while (await writer.StandardOutput.ReadLineAsync() is { } more)
            {
                last = int.TryParse(more, CultureInfo.InvariantCulture, out var number) ? Math.Max(last, number) : last;
            }

            await writer.WaitForExitAsync();
            using var store = Open();
            var applied = store.ReadApplied().ShouldNotBeNull();
            int.Parse(applied.Revision.Id, CultureInfo.InvariantCulture).ShouldBeInRange(last, last + 1);
            applied.Files.Count.ShouldBe(StoreWriter.Files);
            applied.Files.Select(f => Encoding.UTF8.GetString(f.Content.Span).Split(':')[0]).ShouldAllBe(n => n == applied.Revision.Id);
        }

        messages.Lines.ShouldBeEmpty();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static AppliedFile Row(string path, string blob, string content) => new(path, blob, Encoding.Latin1.GetBytes(content), false);

    private static string Text(AppliedFile f) => $"{f.Path} {f.BlobId} {f.IsRetained} {f.RevisionId} {Encoding.Latin1.GetString(f.Content.Span)}";

    private StateStore Open() => StateStore.Open(File, messages);

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Damage(string damage)
    {
        var bytes = System.IO.File.ReadAllBytes(File);
        switch (damage)
        {
            case "garbage":
                bytes = Encoding.UTF8.GetBytes(new string('?', 5000));
                break;
            case "header":
                Array.Clear(bytes, 0, 100);
                break;
            case "middle":
                Array.Fill(bytes, (byte)0xA5, bytes.Length / 2, 5000);
                break;
            case "truncated":
                bytes = bytes[..(bytes.Length / 2)];
                break;
            case "bit":
                bytes[bytes.AsSpan().LastIndexOf("1:xxxx"u8) + 4] ^= 1;
                break;
        }

        System.IO.File.WriteAllBytes(File, bytes);
    }

    private sealed class Messages : ILogger<StateStore>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
