using Microsoft.Extensions.Time.Testing;
using Tidegate.Proxy;

namespace Tidegate.Tests.Proxy;

/// <summary>What is logged of requests that a cluster does not answer: transitions, once each.</summary>
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

        trouble.Succeeded("one");
        trouble.Succeeded("one");

        log.Lines.ShouldBe(
        [
            "Requests to cluster one fail: connection refused",
            "Requests to cluster one still fail, 61 since 2000-01-01 00:00:00Z: connection refused",
            "Requests to cluster one still fail, 121 since 2000-01-01 00:00:00Z: connection refused",
            "Cluster one answers requests again; 121 failed in 7260 s",
        ]);
    }

    [Fact]
    public void A_request_that_succeeds_between_two_that_fail_ends_nothing()
    {
        trouble.Failed("one", Refused);
        time.Advance(TimeSpan.FromSeconds(9));
        trouble.Succeeded("one");
        trouble.Failed("one", Refused);
        time.Advance(TimeSpan.FromSeconds(9));
        trouble.Succeeded("one");
        log.Lines.ShouldBe(["Requests to cluster one fail: connection refused"]);

        time.Advance(TimeSpan.FromSeconds(1));
        trouble.Succeeded("one");
        log.Lines[^1].ShouldBe("Cluster one answers requests again; 2 failed in 19 s");
    }

    [Fact]
    public void Clusters_and_troubles_are_told_apart()
    {
        trouble.Failed("one", Refused);
        time.Advance(TimeSpan.FromMinutes(1));
        trouble.Succeeded("two");
        trouble.Failed("two", Refused);
        trouble.Failed("one", "its address does not resolve");
        time.Advance(TimeSpan.FromMinutes(1));
        trouble.Succeeded("one");
        trouble.Failed("one", Refused);

        log.Lines.ShouldBe(
        [
            "Requests to cluster one fail: connection refused",
            "Requests to cluster two fail: connection refused",
            "Requests to cluster one fail: its address does not resolve",
            "Cluster one answers requests again; 2 failed in 120 s",
            "Requests to cluster one fail: connection refused",
        ]);
    }
}
