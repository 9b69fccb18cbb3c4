using Tidegate.Git;

namespace Tidegate.Tests.Git;

/// <summary>What ssh calls an error in libcrypto, and what the library writes with another name each time.</summary>
public sealed class KeyLinesTests
{
    private const string Key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----";

    [Theory]
    [InlineData(Key + "\n", null)]
    [InlineData(Key + "\n\n", null)]
    [InlineData(Key, "does not end with a line break, without which ssh does not read it: add one with echo >>")]
    [InlineData(Key + " ", "does not end with a line break, without which ssh does not read it: add one with echo >>")]
    [InlineData(Key + "\r\n", "has line ends of Windows, which ssh does not read: remove them with sed -i 's/\\r$//'")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", null)]
    [InlineData("garbage", null)]
    public void A_key_in_the_format_of_OpenSSH_needs_its_line_ends(string text, string? bad) => SshKeyFile.BadLines(text).ShouldBe(bad);

    [Theory]
    [InlineData("could not write to '/d/objects/pack/pack_git2_3fa94c10b2d7': No space left on device", "could not write to '/d/objects/pack/pack_git2_*': No space left on device")]
    [InlineData("failed to create '/d/objects/tmp_object_git2_Xy12ZZ'", "failed to create '/d/objects/tmp_object_git2_*'")]
    [InlineData("tmp_pack_aB3dE9: No space left on device", "tmp_pack_*: No space left on device")]
    [InlineData("config_git2_1, FETCH_HEAD_git2_00ff", "config_git2_*, FETCH_HEAD_git2_*")]
    [InlineData("/home/git2_user/tmp/repository: No space left on device", "/home/git2_user/tmp/repository: No space left on device")]
    public void Names_that_differ_each_time_are_left_out_of_a_failure_s_text(string message, string stable) => FetchErrors.Stable(message).ShouldBe(stable);
}
