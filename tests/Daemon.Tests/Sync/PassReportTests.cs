using Microsoft.Extensions.Time.Testing;
using Tidegate.State;
using Tidegate.Sync;
using Tidegate.Values;

namespace Tidegate.Tests.Sync;

/// <summary>What is logged of passes: transitions, once each.</summary>
public sealed class PassReportTests
{
    private static readonly Revision One = new("1111111111111111", "Ada <ada@example.com>", DateTimeOffset.UnixEpoch, "One");
    private static readonly Revision Two = One with { Id = "2222222222222222", Subject = "Two" };
    private static readonly Problem Broken = new("kube/a.yaml", 3, 1, "spec", "is wrong") { Resource = "kube_cluster/a" };

    private readonly FakeTimeProvider time = new();
    private readonly RecordingLogger<PassReport> log = new();
    private readonly PassReport report;

    public PassReportTests() => report = new(time, log);

    [Fact]
    public void Passes_that_change_nothing_say_nothing_above_debug()
    {
        report.Write(Pass(PassOutcome.Applied, One));
        var before = log.Lines.Count;

        for (var i = 0; i < 100; i++)
        {
            report.Write(Pass(PassOutcome.Unchanged, One));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        log.Lines.Skip(before).ShouldAllBe(l => l.StartsWith("Nothing new: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_failing_fetch_is_said_once_then_hourly_and_its_end_with_its_length()
    {
        for (var i = 0; i < 121; i++)
        {
            report.Write(Pass(PassOutcome.Unreachable, null) with { Error = "no route" });
            time.Advance(TimeSpan.FromMinutes(1));
        }

        report.Write(Pass(PassOutcome.Unchanged, One));

        log.Lines.Take(4).ShouldBe(
        [
            "The repository cannot be fetched, what is in force stays: no route",
            "The repository still cannot be fetched, 61 attempts since 2000-01-01 00:00:00Z: no route",
            "The repository still cannot be fetched, 121 attempts since 2000-01-01 00:00:00Z: no route",
            "The repository can be fetched again, after 121 failed attempts in 7260 s",
        ]);
    }

    [Theory]
    [InlineData("expiry")]
    [InlineData("reload")]
    public void A_pass_without_a_fetch_says_nothing_about_the_repository(string trigger)
    {
        report.Write(Pass(PassOutcome.Unreachable, null) with { Error = "no route" });
        report.Write(Pass(PassOutcome.Applied, One) with { Trigger = trigger, IsLocal = true });

        log.Lines.ShouldNotContain(l => l.Contains("fetched again", StringComparison.Ordinal));
    }

    /// <summary>A credential's end, of which nothing else is heard until the cluster refuses it.</summary>
    [Fact]
    public void What_time_makes_worse_is_said_each_day_until_it_is_mended_whatever_becomes_of_passes()
    {
        var ends = Broken with { Message = "ends soon", IsWarning = true, RepeatsDaily = true };
        var news = new List<int>();
        report.Write(Pass(PassOutcome.Applied, One) with { Problems = [Broken, ends] });
        for (var hour = 1; hour <= 24 * 14; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            var before = Said();
            report.Write((hour / 24 % 3) switch
            {
                0 => Pass(PassOutcome.Unchanged, One) with { Problems = [Broken, ends with { Line = hour }] },
                1 => Pass(PassOutcome.Unreachable, null) with { Error = "no route", Problems = [Broken, ends] },
                _ => Pass(PassOutcome.Rejected, Two) with { Error = "no folder", Problems = [Broken, ends] },
            });
            if (Said() > before)
            {
                news.Add(hour);
            }
        }

        news.ShouldBe(Enumerable.Range(1, 14).Select(day => 24 * day));
        log.Lines.Count(l => l.Contains("is wrong", StringComparison.Ordinal)).ShouldBe(1, "what stays as it is is said once");
        report.Write(Pass(PassOutcome.Applied, Two));
        log.Lines.ShouldContain("kube_cluster/a (kube/a.yaml) has no problem any more");
        time.Advance(TimeSpan.FromDays(2));
        var last = Said();
        report.Write(Pass(PassOutcome.Unchanged, Two));
        Said().ShouldBe(last);

        int Said() => log.Lines.Count(l => l.Contains("ends soon", StringComparison.Ordinal));
    }

    [Fact]
    public void A_problem_is_said_once_and_again_when_it_is_gone()
    {
        report.Write(Pass(PassOutcome.Applied, One) with { Problems = [Broken] });
        report.Write(Pass(PassOutcome.Applied, Two) with { Problems = [Broken with { Line = 5 }] });
        report.Write(Pass(PassOutcome.Applied, One));

        log.Lines.ShouldBe(
        [
            "kube/a.yaml:3:1: spec: is wrong",
            "Applied commit 111111111111 \"One\" in part: 1 documents are not valid and are left out or stay as they were; 0 changes, 0 ms",
            "Applied commit 222222222222 \"Two\" in part: 1 documents are not valid and are left out or stay as they were; 0 changes, 0 ms",
            "kube_cluster/a (kube/a.yaml) has no problem any more",
            "Applied commit 111111111111 \"One\": 0 changes, 0 problems, 0 ms, 0 of them to fetch it",
        ]);
    }

    [Fact]
    public void A_held_removal_is_said_once_then_hourly_and_when_it_is_another_or_over()
    {
        var held = Pass(PassOutcome.Unchanged, One) with { Held = new(One, [new("kube_cluster", "a")], "would unregister all 1 clusters") };
        for (var i = 0; i < 100; i++)
        {
            report.Write(held);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        report.Write(held with { Held = held.Held! with { Revision = Two } });
        report.Write(held with { Held = null });
        report.Write(held with { Held = null });

        var said = log.Lines.Where(l => !l.StartsWith("Nothing new: ", StringComparison.Ordinal)).ToList();
        said.Select(l => l.Split(" would")[0]).ShouldBe(
        [
            "Removals are held: commit 111111111111 \"One\" by Ada <ada@example.com>",
            "Removals are held: commit 111111111111 \"One\" by Ada <ada@example.com>",
            "Removals are held: commit 222222222222 \"Two\" by Ada <ada@example.com>",
            "No removal is held any more",
        ]);
    }

    [Fact]
    public void A_commit_that_cannot_be_applied_is_said_once()
    {
        var rejected = Pass(PassOutcome.Rejected, One) with { Error = "no folder" };
        report.Write(rejected);
        report.Write(rejected);

        log.Lines.ShouldBe(["Commit 111111111111 is not applied, what is in force stays: no folder"]);
    }

    [Fact]
    public void Clusters_and_other_resources_are_named()
    {
        report.Write(Pass(PassOutcome.Applied, One) with
        {
            Plan = new([new(ChangeKind.Delete, "kube_cluster", "a", []), new(ChangeKind.Update, "kube_cluster", "b", ["x: 1 -> 2"]), new(ChangeKind.Create, "role", "r", [])]),
        });

        log.Lines.Take(3).ShouldBe(
        [
            "Cluster a has been unregistered by commit 111111111111",
            "Cluster b has been updated by commit 111111111111: x: 1 -> 2",
            "role r has been created",
        ]);
    }

    private static PassResult Pass(PassOutcome outcome, Revision? revision) =>
        new(outcome, "interval", revision, new([]), [], null, DateTimeOffset.UnixEpoch, TimeSpan.Zero);
}
