using System.Security.Cryptography;
using Tidegate.Paging;

namespace Tidegate.Tests.Paging;

public sealed class ContinueKeysTests : IDisposable
{
    private static readonly ContinueScope Scope = new("alice", "prod", "/api/v1/secrets", "", "");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tidegate-keys-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_gate_makes_its_key_once_for_itself_alone()
    {
        var token = Load(null).Seal("next", Scope);

        Load(null).Open(token, Scope).ShouldBe("next", "the key stays over a restart");
        var file = Path.Combine(folder.FullName, "continue.key");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Convert.FromBase64String(File.ReadAllText(file).Trim()).Length.ShouldBe(32);
        folder.GetFiles().Length.ShouldBe(1);
        File.Delete(file);
        Load(null).Open(token, Scope).ShouldBeNull("another key");
    }

    [Fact]
    public void What_a_start_that_was_cut_off_left_is_no_key()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "continue.key.new"), "AAAA");

        Load(null).Open(Load(null).Seal("next", Scope), Scope).ShouldBe("next");
    }

    [Fact]
    public void Gates_that_share_the_file_open_each_other_s_tokens()
    {
        var shared = Write("shared", $"\n {New()} \n\n{New()}\n");

        Load(shared).Open(Load(shared).Seal("next", Scope), Scope).ShouldBe("next");
        File.Exists(Path.Combine(folder.FullName, "continue.key")).ShouldBeFalse();
    }

    [Fact]
    public void A_file_may_have_sixteen_keys_and_4096_bytes()
    {
        var keys = string.Join('\n', Enumerable.Range(0, 16).Select(_ => New()));
        var file = Write("full", keys + new string('\n', 4096 - keys.Length));

        Load(file).Open(Load(file).Seal("next", Scope), Scope).ShouldBe("next");
        File.AppendAllText(file, "\n");
        Should.Throw<InvalidDataException>(() => Load(file)).Message.ShouldContain("larger than 4096 bytes");
    }

    [Theory]
    [InlineData("", "has 0 keys")]
    [InlineData("\n\n", "has 0 keys")]
    [InlineData("secret\n", ":1 is no key of 32 bytes")]
    [InlineData("KEY\nAAAA\n", ":2 is no key of 32 bytes")]
    [InlineData("KEYKEY\n", ":1 is no key of 32 bytes")]
    [InlineData("LONG", "larger than")]
    [InlineData("MANY", "has 17 keys")]
    public void A_file_that_is_none_of_keys_is_one_clear_error_that_does_not_show_it(string content, string message)
    {
        var text = content.Replace("KEY", New(), StringComparison.Ordinal)
            .Replace("LONG", new string('A', 5000), StringComparison.Ordinal)
            .Replace("MANY", string.Join('\n', Enumerable.Range(0, 17).Select(_ => New())), StringComparison.Ordinal);
        var file = Write("bad", text);

        var error = Should.Throw<InvalidDataException>(() => Load(file)).Message;

        error.ShouldContain(message);
        error.ShouldContain(file);
        error.ShouldContain("openssl rand -base64 32");
        error.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_file_that_others_may_read_or_write_is_refused(UnixFileMode more)
    {
        var file = Write("open", New());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | more);

        Should.Throw<InvalidDataException>(() => Load(file)).Message.ShouldContain($"chmod 600 {file}");
    }

    [Fact]
    public void A_file_that_the_configuration_names_is_not_made()
    {
        Should.Throw<FileNotFoundException>(() => Load(Path.Combine(folder.FullName, "none")));

        folder.GetFiles().ShouldBeEmpty();
    }

    private ContinueSeal Load(string? named) => ContinueKeys.Load(named, folder.FullName, RandomNumberGenerator.Fill);

    private static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private string Write(string name, string text)
    {
        var file = Path.Combine(folder.FullName, name);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        return file;
    }
}
