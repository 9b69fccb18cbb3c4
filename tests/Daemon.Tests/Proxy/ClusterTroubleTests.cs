using Microsoft.Extensions.Time.Testing;
using Tidegate.Proxy;

namespace Tidegate.Tests.Proxy;

/// <summary>What is logged of requests that a cluster does not answer: that it begins and that it is over, once each.</summary>
public sealed class ClusterTroubleTests
{
    private const string Refused = "connection refused";

    private readonly FakeTimeProvider time = new();
    private readonly RecordingLogger<ClusterTrouble> log = new();
    private readonly ClusterTrouble trouble;

    public ClusterTroubleTests() => trouble = new(time, log);

    [Fact]
    public void It_is_said_when_it_begins_hourly_and_when_it_is_over()
    {
        for (var i = 0; i < 121; i++)
        {
            trouble.Failed("one", Refused);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        trouble.Answered("one");
        trouble.Answered("one");

        log.Lines.ShouldBe(
        [
            "Requests to cluster one fail: connection refused",
            "Requests to cluster one still fail, 61 since 2000-01-01 00:00:00Z: connection refused",
            "Requests to cluster one still fail, 121 since 2000-01-01 00:00:00Z: connection refused",
            "Cluster one answers requests again; 121 failed in 7260 s",
        ]);
    }

    [Fact]
    public void A_request_that_is_answered_between_two_that_fail_ends_nothing()
    {
        trouble.Failed("one", Refused);
        time.Advance(TimeSpan.FromSeconds(9));
        trouble.Answered("one");
        trouble.Failed("one", Refused);
        time.Advance(TimeSpan.FromSeconds(9));
        log.Lines.ShouldBe(["Requests to cluster one fail: connection refused"]);

        time.Advance(TimeSpan.FromSeconds(10));
        log.Lines.Count.ShouldBe(1, "nothing was answered since");
        trouble.Answered("one");
        log.Lines[^1].ShouldBe("Cluster one answers requests again; 2 failed in 28 s");
    }

    [Fact]
    public void It_is_over_also_when_nobody_asks_any_more_after_the_first_answer()
    {
        trouble.Failed("one", Refused);
        time.Advance(TimeSpan.FromSeconds(4));
        trouble.Answered("one");
        time.Advance(TimeSpan.FromSeconds(5));
        log.Lines.Count.ShouldBe(1);

        time.Advance(TimeSpan.FromSeconds(1));

        log.Lines[^1].ShouldBe("Cluster one answers requests again; 1 failed in 10 s");
    }

    [Fact]
    public void Several_reasons_are_one_trouble_and_several_clusters_are_several()
    {
        trouble.Failed("one", "broken off");
        trouble.Failed("one", Refused);
        trouble.Failed("two", Refused);
        time.Advance(TimeSpan.FromMinutes(1));
        trouble.Answered("two");
        trouble.Failed("one", "its address does not resolve");
        time.Advance(TimeSpan.FromMinutes(1));
        trouble.Answered("one");
        trouble.Failed("one", Refused);

        log.Lines.ShouldBe(
        [
            "Requests to cluster one fail: broken off",
            "Requests to cluster two fail: connection refused",
            "Cluster two answers requests again; 1 failed in 60 s",
            "Cluster one answers requests again; 3 failed in 120 s",
            "Requests to cluster one fail: connection refused",
        ]);
    }
}
