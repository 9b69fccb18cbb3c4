using Tidegate.Upstream;

namespace Tidegate.Tests.Upstream;

/// <summary>What a reload compares: clusters get new connections where their options changed.</summary>
public sealed class UpstreamOptionsTests
{
    [Fact]
    public void Options_that_are_read_again_are_equal()
    {
        var marker = new LoopMarker();

        new UpstreamOptions { Marker = marker }.ShouldBe(new UpstreamOptions { Marker = marker });
    }
}
