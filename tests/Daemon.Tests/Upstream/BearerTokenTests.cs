using Tidegate.Kubernetes;
using Tidegate.Upstream;

namespace Tidegate.Tests.Upstream;

public sealed class BearerTokenTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();
    private readonly MovedTime time = new();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void A_token_file_that_is_renewed_with_something_that_cannot_be_sent_leaves_the_old_token()
    {
        File.WriteAllText(file, "first\n");
        var token = new BearerToken(new ClusterCredential(new("https://c.example.com")) { TokenFile = file }, time);

        token.Current().ShouldBe("Bearer first");
        File.WriteAllText(file, "half\nwritten\0");
        time.Minutes = 2;
        token.Current().ShouldBe("Bearer first");
        File.WriteAllText(file, "second\n");
        time.Minutes = 4;
        token.Current().ShouldBe("Bearer second");
    }

    [Fact]
    public void A_token_file_that_never_held_a_token_is_said_without_its_content()
    {
        File.WriteAllText(file, "secret\0");
        var token = new BearerToken(new ClusterCredential(new("https://c.example.com")) { TokenFile = file }, time);

        var error = Should.Throw<IOException>(token.Current);

        error.Message.ShouldContain("the token holds the character U+0000");
        error.Message.ShouldNotContain("secret");
    }

    /// <summary>A clock that a test sets.</summary>
    private sealed class MovedTime : TimeProvider
    {
        public int Minutes { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Minutes * 60L;
    }
}
