using System.Diagnostics;
using System.Globalization;
using Tidegate.Hosting;

namespace Tidegate.Tests.Hosting;

public sealed class PidFileTests : IDisposable
{
    private static readonly string OwnContent = $"{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tidegate-pid-");

    private string FilePath => Path.Combine(folder.FullName, "tidegate.pid");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void It_holds_the_process_and_goes_with_it()
    {
        using (PidFile.Create(FilePath))
        {
            File.ReadAllText(FilePath).ShouldBe(OwnContent);
        }

        File.Exists(FilePath).ShouldBeFalse();
    }

    [Fact]
    public void A_second_daemon_does_not_start()
    {
        using var other = Process.Start("sleep", "600");
        var program = new FileInfo($"/proc/{other.Id}/exe").LinkTarget.ShouldNotBeNull();
        File.WriteAllText(FilePath, $"{other.Id}\n");
        try
        {
            Should.Throw<IOException>(() => PidFile.Create(FilePath, program)).Message
                .ShouldBe($"a daemon with the pid file {FilePath} already runs as process {other.Id}; stop it or set another teleport.pid_file");
        }
        finally
        {
            other.Kill();
            other.WaitForExit();
        }

        using var file = PidFile.Create(FilePath, program);
        File.ReadAllText(FilePath).ShouldBe(OwnContent, "its owner is gone");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no number")]
    [InlineData("-5")]
    [InlineData("4194304999")]
    [InlineData("1")]
    public void What_another_program_or_a_crash_left_is_replaced(string content)
    {
        File.WriteAllText(FilePath, content);

        using var file = PidFile.Create(FilePath);

        File.ReadAllText(FilePath).ShouldBe(OwnContent);
    }

    [Fact]
    public void A_link_is_replaced_and_not_followed()
    {
        var precious = Path.Combine(folder.FullName, "precious");
        File.WriteAllText(precious, "kept");
        File.CreateSymbolicLink(FilePath, precious);

        using var file = PidFile.Create(FilePath);

        File.ReadAllText(precious).ShouldBe("kept");
        new FileInfo(FilePath).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public void Another_daemons_file_is_not_removed()
    {
        using (PidFile.Create(FilePath))
        {
            File.WriteAllText(FilePath, "99\n");
        }

        File.ReadAllText(FilePath).ShouldBe("99\n");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error()
    {
        var path = Path.Combine(folder.FullName, "none", "tidegate.pid");

        Should.Throw<IOException>(() => PidFile.Create(path)).Message.ShouldStartWith($"the pid file {path} cannot be written: ");
    }
}
