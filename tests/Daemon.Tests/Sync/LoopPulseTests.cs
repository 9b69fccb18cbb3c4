using Microsoft.Extensions.Time.Testing;
using Tidegate.Sync;

namespace Tidegate.Tests.Sync;

public sealed class LoopPulseTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void A_long_pass_is_alive_and_an_endless_one_is_not()
    {
        var pulse = new LoopPulse("sync loop", time);
        pulse.WhyNotAlive().ShouldBeNull("before it begins");
        pulse.Begins("in one pass", TimeSpan.FromMinutes(4));
        time.Advance(TimeSpan.FromMinutes(4));
        pulse.WhyNotAlive().ShouldBeNull();
        time.Advance(TimeSpan.FromSeconds(1));
        pulse.WhyNotAlive().ShouldBe("the sync loop has been in one pass for 241 s, and 240 s is the longest that may take");
        pulse.Begins("waiting for its next pass", TimeSpan.FromMinutes(1));
        pulse.WhyNotAlive().ShouldBeNull();
    }

    [Fact]
    public void A_loop_that_has_ended_is_not_alive()
    {
        var pulse = new LoopPulse("sync loop", time);
        pulse.Begins("in one pass", TimeSpan.FromMinutes(4));
        pulse.Ends();
        pulse.WhyNotAlive().ShouldBe("the sync loop has ended");
    }
}
