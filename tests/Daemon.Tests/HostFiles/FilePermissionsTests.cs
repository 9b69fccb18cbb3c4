using Tidegate.HostFiles;

namespace Tidegate.Tests.HostFiles;

/// <summary>Real files with real modes. Octal, as chmod takes them.</summary>
public sealed class FilePermissionsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("tidegate-modes-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("0600", null, null)]
    [InlineData("0400", null, null)]
    [InlineData("0440", null, null)]
    [InlineData("0640", null, null)]
    [InlineData("0644", null, "holds a secret and can be read by everybody (mode 0644); run: chmod o= FILE")]
    [InlineData("0604", null, "holds a secret and can be read by everybody (mode 0604); run: chmod o= FILE")]
    [InlineData("0660", null, "can be written by its group (mode 0660); run: chmod g-w FILE")]
    [InlineData("0620", null, "can be written by its group (mode 0620); run: chmod g-w FILE")]
    [InlineData("0602", "can be written by everybody (mode 0602), so that what is in it cannot be trusted; run: chmod o-w FILE", null)]
    [InlineData("0666", "can be written by everybody (mode 0666), so that what is in it cannot be trusted; run: chmod o-w FILE", "can be written by its group (mode 0666); run: chmod g-w FILE")]
    [InlineData("1666", "can be written by everybody (mode 1666), so that what is in it cannot be trusted; run: chmod o-w FILE", "can be written by its group (mode 1666); run: chmod g-w FILE")]
    public void A_file_is_judged_by_who_else_may_write_and_read_it(string mode, string? objection, string? firstWarning)
    {
        var file = Put("key.pem", mode);
        FilePermissions.Objection(file).ShouldBe(objection is null ? null : $"{file} {objection.Replace("FILE", file, StringComparison.Ordinal)}");
        FilePermissions.Warnings(file, isSecret: true).FirstOrDefault().ShouldBe(firstWarning is null ? null : $"{file} {firstWarning.Replace("FILE", file, StringComparison.Ordinal)}");
        FilePermissions.Warnings(file, isSecret: false).ShouldAllBe(w => w.Contains("its group"));
    }

    [Theory]
    [InlineData("0755", false)]
    [InlineData("0775", false)]
    [InlineData("1777", false)]
    [InlineData("0777", true)]
    [InlineData("0703", true)]
    public void A_folder_that_everybody_may_write_lets_them_replace_the_file(string mode, bool refused)
    {
        var file = Put("a/b/key.pem", "0600");
        var folder = Path.Combine(root, "a");
        Chmod(folder, mode);
        FilePermissions.Objection(file).ShouldBe(refused ? $"{file} can be replaced by everybody, who may write the folder {folder} (mode {mode}); run: chmod o-w {folder}" : null);
        Chmod(folder, "0755");
    }

    [Fact]
    public void A_link_counts_as_what_it_leads_to()
    {
        var open = Put("open/key.pem", "0666");
        Put("closed/other.pem", "0600");
        var link = Path.Combine(root, "closed", "key.pem");
        File.CreateSymbolicLink(link, open);
        FilePermissions.Objection(link).ShouldBe($"{link}, which is {open}, can be written by everybody (mode 0666), so that what is in it cannot be trusted; run: chmod o-w {open}");

        var good = Put("good/key.pem", "0600");
        var folderLink = Path.Combine(root, "way");
        Directory.CreateSymbolicLink(folderLink, Path.Combine(root, "good"));
        FilePermissions.Objection(Path.Combine(folderLink, "key.pem")).ShouldBeNull("the mode of a link means nothing");
        Chmod(Path.Combine(root, "good"), "0777");
        FilePermissions.Objection(Path.Combine(folderLink, "key.pem")).ShouldNotBeNull().ShouldEndWith($"chmod o-w {Path.GetDirectoryName(good)}");
    }

    [Fact]
    public void A_folder_itself_may_be_written_by_everybody_only_with_the_sticky_bit()
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "data")).FullName;
        FilePermissions.Objection(folder).ShouldBeNull();
        Chmod(folder, "1777");
        FilePermissions.Objection(folder).ShouldBeNull();
        Chmod(folder, "0777");
        FilePermissions.Objection(folder).ShouldNotBeNull().ShouldEndWith($"chmod o-w {folder}");
    }

    [Fact]
    public void What_is_not_there_is_said_by_whoever_reads_it()
    {
        FilePermissions.Objection(Path.Combine(root, "none")).ShouldBeNull();
        FilePermissions.Warnings(Path.Combine(root, "none"), isSecret: true).ShouldBeEmpty();
    }

    private string Put(string name, string mode)
    {
        var file = Path.Combine(root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(file, "x");
        Chmod(file, mode);
        return file;
    }

    private static void Chmod(string path, string mode) => File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
}
