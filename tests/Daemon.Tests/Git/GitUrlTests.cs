using Tidegate.Git;

namespace Tidegate.Tests.Git;

public sealed class GitUrlTests
{
    public static TheoryData<string, string, string> Cases { get; } = Tables.Read("urls.tsv");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Accepts_what_is_safe_to_hand_to_libgit2_and_names_the_fault_of_the_rest(string text, string transport, string words)
    {
        var accepted = GitUrl.TryParse(text, out var url, out var error);
        if (transport == "error")
        {
            accepted.ShouldBeFalse();
            error.ShouldNotBeNull().ShouldContain(words);
            error.ShouldNotContain("secret");
        }
        else
        {
            accepted.ShouldBeTrue(error);
            url.ShouldNotBeNull().Transport.ToString().ShouldBe(transport);
        }
    }

    [Theory]
    [InlineData("file:///srv/git/a%20b.git", "/srv/git/a b.git")]
    [InlineData("/srv/git/a.git/", "/srv/git/a.git")]
    [InlineData("https://git.example.com/a%20b.git", "https://git.example.com/a%20b.git")]
    public void Hands_on_a_plain_path_or_the_address_as_written(string text, string handed)
    {
        GitUrl.TryParse(text, out var url, out _).ShouldBeTrue();
        url!.Text.ShouldBe(handed);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData(" /srv/git")]
    [InlineData("/srv/git\t")]
    [InlineData("\0")]
    public void Refuses_control_characters(string text) => GitUrl.TryParse(text, out _, out _).ShouldBeFalse();

    [Theory]
    [InlineData("https://git.example.com/a.git", "HTTPS://GIT.example.com:443/a.git//", true)]
    [InlineData("https://git.example.com/a.git", "https://git.example.com/a%2Egit", true)]
    [InlineData("https://git.example.com/a.git", "https://git.example.com/a", false)]
    [InlineData("https://git.example.com/a.git", "https://git.example.com/A.git", false)]
    [InlineData("https://git.example.com/a.git", "https://git.example.com:8443/a.git", false)]
    [InlineData("https://git.example.com/a.git", "ssh://git.example.com/a.git", false)]
    [InlineData("https://localhost/a.git", "http://localhost/a.git", false)]
    [InlineData("https://git.example.com/a/b", "https://git.example.com/a%2Fb", false)]
    [InlineData("git@git.example.com:/srv/a.git", "ssh://git@git.example.com:22/srv/a.git/", true)]
    [InlineData("git@GIT.example.com:a.git", "git@git.example.com:a.git/", true)]
    [InlineData("git@git.example.com:a.git", "ssh://git@git.example.com/a.git", false)]
    [InlineData("git@git.example.com:a.git", "ada@git.example.com:a.git", false)]
    [InlineData("git@git.example.com:a.git", "git.example.com:a.git", false)]
    [InlineData("ssh://git@git.example.com/a.git", "ssh://git@git.example.com:2222/a.git", false)]
    [InlineData("git@[::1]:/srv/a.git", "ssh://git@[::1]/srv/a.git", true)]
    [InlineData("/srv/git/a.git", "file:///srv/git/a.git/", true)]
    [InlineData("/srv/git/a b", "file:///srv/git/a%20b", true)]
    [InlineData("/srv/git/a.git", "/srv//git/./x/../a.git", true)]
    [InlineData("/srv/git/a.git", "/srv/git/a", false)]
    public void Two_spellings_are_one_repository_only_when_nothing_speaks_against_it(string one, string other, bool isSame)
    {
        GitUrl.TryParse(one, out var first, out var error).ShouldBeTrue(error);
        GitUrl.TryParse(other, out var second, out error).ShouldBeTrue(error);
        (first!.Canonical == second!.Canonical).ShouldBe(isSame, $"{first.Canonical} and {second.Canonical}");
    }

    [Theory]
    [InlineData("https://git.example.com/other", true)]
    [InlineData("https://GIT.example.com:443/a.git", true)]
    [InlineData("https://git.example.com:444/a.git", false)]
    [InlineData("http://git.example.com/a.git", false)]
    [InlineData("https://git.example.com.evil.example/a.git", false)]
    [InlineData("https://git.example.com@evil.example/a.git", false)]
    public void Credentials_are_for_one_origin(string other, bool isSame)
    {
        GitUrl.TryParse("https://git.example.com/a.git", out var url, out _).ShouldBeTrue();
        url!.IsSameOrigin(other).ShouldBe(isSame);
    }

    [Fact]
    public void Options_for_ssh_need_key_and_pinned_hosts()
    {
        var options = new GitRepositoryOptions { Url = "git@git.example.com:a.git" };
        options.Errors().Select(e => e.Split(':')[0]).ShouldBe(["known_hosts_file", "ssh_key_file"]);
        (options with { SshKeyFile = "/etc/tidegate/key", KnownHostsFile = "/etc/tidegate/known_hosts" }).Errors().ShouldBeEmpty();
        (options with { SshKeyFile = "/etc/a\"b", KnownHostsFile = "/etc/k" }).Errors().ShouldHaveSingleItem().ShouldStartWith("ssh_key_file");
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("-a")]
    [InlineData("refs/heads/a")]
    [InlineData("a..b")]
    [InlineData("*")]
    [InlineData("x:y")]
    [InlineData("")]
    public void A_branch_that_git_would_not_accept_is_refused(string branch) =>
        new GitRepositoryOptions { Url = "/srv/git/a.git", Branch = branch }.Errors().ShouldHaveSingleItem().ShouldStartWith("branch:");

    [Theory]
    [InlineData("../other")]
    [InlineData("/etc")]
    [InlineData("a/../../b")]
    public void A_path_outside_the_repository_is_refused(string path) =>
        new GitRepositoryOptions { Url = "/srv/git/a.git", Path = path }.Errors().ShouldHaveSingleItem().ShouldStartWith("path:");
}
