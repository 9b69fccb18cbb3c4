using Tidegate.Store;

namespace Tidegate.Tests.Store;

public sealed class ReservedFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tidegate-reserved-").FullName;

    private string FilePath => Path.Combine(folder, "record");

    [Fact]
    public void A_record_is_read_again_and_the_next_one_takes_its_place_and_no_more_space()
    {
        new ReservedFile(FilePath).Read(out var isDamaged).ShouldBeEmpty();
        isDamaged.ShouldBeFalse();
        new ReservedFile(FilePath).Reserve();
        var size = new FileInfo(FilePath).Length;
        new ReservedFile(FilePath).Read(out isDamaged).ShouldBeEmpty();
        isDamaged.ShouldBeFalse("a file that was only reserved says nothing");

        foreach (var record in new[] { Bytes(1000), Bytes(ReservedFile.Capacity), Bytes(3), [] })
        {
            new ReservedFile(FilePath).Write(record);
            new ReservedFile(FilePath).Read(out isDamaged).ShouldBe(record);
            isDamaged.ShouldBeFalse();
            new FileInfo(FilePath).Length.ShouldBe(size);
        }

        File.GetUnixFileMode(FilePath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>As a crash leaves a file that was being written, and as a disk does that loses something.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(20)]
    [InlineData(44)]
    [InlineData(500)]
    public void A_record_that_is_not_whole_is_damaged_and_not_absent(int at)
    {
        new ReservedFile(FilePath).Write(Bytes(600));
        var all = File.ReadAllBytes(FilePath);
        all[at] ^= 0x10;
        File.WriteAllBytes(FilePath, all);
        new ReservedFile(FilePath).Read(out var isDamaged).ShouldBeEmpty();
        isDamaged.ShouldBeTrue();

        File.WriteAllBytes(FilePath, all[..20]);
        new ReservedFile(FilePath).Read(out isDamaged).ShouldBeEmpty();
        isDamaged.ShouldBeTrue("cut off");

        new ReservedFile(FilePath).Write(Bytes(7));
        new ReservedFile(FilePath).Read(out isDamaged).ShouldBe(Bytes(7));
        isDamaged.ShouldBeFalse();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_IOException() =>
        Should.Throw<IOException>(() => new ReservedFile(Path.Combine(folder, "absent", "record")).Write([1]));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i + 1))];
}
