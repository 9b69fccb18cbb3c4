using System.Text;
using Tidegate.Audit;

namespace Tidegate.Tests.Audit;

public sealed class AuditSpoolTests : IDisposable
{
    private const long Large = 1024 * 1024;

    private readonly DirectoryInfo scratch = Directory.CreateTempSubdirectory("tidegate-spool-");

    private string Folder => Path.Combine(scratch.FullName, "audit-spool");

    public void Dispose() => scratch.Delete(recursive: true);

    [Fact]
    public void Entries_come_back_in_order_over_many_files_and_leave_none()
    {
        using var spool = new AuditSpool(Folder, Large);
        for (var i = 0; i < 5000; i++)
        {
            spool.Append(Entry(i));
        }

        spool.Count.ShouldBe(5000);
        Directory.GetFiles(Folder).Length.ShouldBeGreaterThan(3);
        spool.Bytes.ShouldBe(Directory.GetFiles(Folder).Sum(f => new FileInfo(f).Length));

        TakeAll(spool).ShouldBe(Enumerable.Range(0, 5000).Select(Text));
        Directory.GetFiles(Folder).ShouldBeEmpty();
        spool.Bytes.ShouldBe(0);
    }

    [Fact]
    public void Only_the_owner_may_look()
    {
        using var spool = new AuditSpool(Folder, Large);
        spool.Append(Entry(0));

        File.GetUnixFileMode(Folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Directory.GetFiles(Folder).ShouldHaveSingleItem()).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Another_process_goes_on_behind_what_was_delivered()
    {
        using (var before = new AuditSpool(Folder, Large))
        {
            for (var i = 0; i < 3; i++)
            {
                before.Append(Entry(i));
            }

            before.Remove(before.Peek()!);
        }

        using var after = new AuditSpool(Folder, Large);
        after.Append(Entry(3));

        after.Torn.ShouldBe(0);
        TakeAll(after).ShouldBe([Text(1), Text(2), Text(3)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    public void A_torn_last_entry_is_cut_away_and_counted(int missing)
    {
        using (var before = new AuditSpool(Folder, Large))
        {
            before.Append(Entry(1));
            before.Append(Entry(2));
        }

        var path = Directory.GetFiles(Folder).ShouldHaveSingleItem();
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length - missing);
        }

        using var after = new AuditSpool(Folder, Large);

        (after.Torn, after.Count).ShouldBe((1, 1));
        TakeAll(after).ShouldBe([Text(1)]);
    }

    [Fact]
    public void An_entry_of_zeros_as_a_power_cut_leaves_it_is_no_entry()
    {
        using (var before = new AuditSpool(Folder, Large))
        {
            before.Append(Entry(1));
        }

        File.AppendAllText(Directory.GetFiles(Folder).Single(), new string('\0', 100));

        using var after = new AuditSpool(Folder, Large);

        after.Torn.ShouldBe(1);
        TakeAll(after).ShouldBe([Text(1)]);
    }

    [Fact]
    public void A_changed_byte_is_found()
    {
        using (var before = new AuditSpool(Folder, Large))
        {
            before.Append(Entry(1));
            before.Append(Entry(2));
        }

        var path = Directory.GetFiles(Folder).Single();
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        using var after = new AuditSpool(Folder, Large);

        (after.Torn, after.Count).ShouldBe((1, 1));
    }

    [Fact]
    public void A_file_that_is_damaged_while_in_use_is_set_aside_and_its_entries_are_counted()
    {
        using var spool = new AuditSpool(Folder, Large);
        for (var i = 0; i < 3; i++)
        {
            spool.Append(Entry(i));
        }

        var path = Directory.GetFiles(Folder).Single();
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(AuditSpoolSegment.HeadLength + 3);
        }

        Should.Throw<IOException>(spool.Peek);
        spool.GiveUpOldest().ShouldBe(3);

        spool.Count.ShouldBe(0);
        File.Exists(path + ".damaged").ShouldBeTrue();
        spool.Append(Entry(9));
        TakeAll(spool).ShouldBe([Text(9)]);
    }

    [Fact]
    public void It_is_bounded_in_bytes_and_takes_again_when_half_empty()
    {
        const long Small = 64 * 1024;
        using var spool = new AuditSpool(Folder, Small);
        var taken = 0;
        Should.Throw<IOException>(() =>
        {
            for (; taken < 100_000; taken++)
            {
                spool.Append(Entry(taken));
            }
        }).Message.ShouldContain("is full");

        Directory.GetFiles(Folder).Sum(f => new FileInfo(f).Length).ShouldBeInRange(Small * 9 / 10, Small + AuditSpoolSegment.HeadLength);
        spool.Remove(spool.Peek()!);
        Should.Throw<IOException>(() => spool.Append(Entry(0)));

        while (spool.Bytes > Small / 2 - 1024)
        {
            spool.Remove(spool.Peek()!);
        }

        spool.Append(Entry(0));
    }

    private static byte[] Entry(int number) => Encoding.UTF8.GetBytes(Text(number));

    private static string Text(int number) => $"MESSAGE={number}\n{new string('x', number % 97)}";

    private static List<string> TakeAll(AuditSpool spool)
    {
        var taken = new List<string>();
        while (spool.Peek() is { } entry)
        {
            taken.Add(Encoding.UTF8.GetString(entry));
            spool.Remove(entry);
        }

        return taken;
    }
}
