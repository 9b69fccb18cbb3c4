using Microsoft.Extensions.Time.Testing;
using Tidegate.Diagnostics;

namespace Tidegate.Tests.Diagnostics;

/// <summary>Lists of checks: the worst decides, and each remembers since when it is as it is.</summary>
public sealed class HealthChecksTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(Noon);
    private HealthFinding first = HealthFinding.Ok;
    private HealthFinding second = HealthFinding.Ok;
    private readonly HealthChecks checks;

    public HealthChecksTests() => checks = new("readyz", time, ("first", () => first), ("second", () => second));

    [Fact]
    public void All_well_is_one_word_unless_asked()
    {
        var report = checks.Run()!;
        (report.Status, report.Code).ShouldBe((HealthStatus.Ok, 200));
        HealthText.Of(report, isVerbose: false).ShouldBe("ok\n");
        HealthText.Of(report, isVerbose: true).ShouldBe("[+]first ok\n[+]second ok\nreadyz check passed\n");
    }

    [Fact]
    public void Degraded_is_said_and_passes()
    {
        first = HealthFinding.Degraded("it limps");
        var report = checks.Run()!;
        (report.Status, report.Code).ShouldBe((HealthStatus.Degraded, 200));
        HealthText.Of(report, isVerbose: false).ShouldBe("[!]first degraded: it limps\n[+]second ok\nreadyz check passed\n");
    }

    [Fact]
    public void One_failure_decides_and_the_others_are_named_all_the_same()
    {
        first = HealthFinding.Degraded("it limps");
        second = HealthFinding.Failed("it fell");
        var report = checks.Run()!;
        (report.Status, report.Code).ShouldBe((HealthStatus.Failed, 503));
        HealthText.Of(report, isVerbose: false).ShouldBe("[!]first degraded: it limps\n[-]second failed: it fell\nreadyz check failed\n");
    }

    [Fact]
    public void A_single_check_decides_alone()
    {
        second = HealthFinding.Failed("it fell");
        checks.Run("first")!.Code.ShouldBe(200);
        HealthText.Of(checks.Run("second")!, isVerbose: false).ShouldBe("[-]second failed: it fell\nreadyz/second check failed\n");
        checks.Run("third").ShouldBeNull();
    }

    [Fact]
    public void Since_is_the_change_of_the_status_and_not_of_the_reason()
    {
        checks.Run();
        time.Advance(TimeSpan.FromMinutes(1));
        second = HealthFinding.Failed("it fell");
        checks.Run();
        time.Advance(TimeSpan.FromMinutes(1));
        second = HealthFinding.Failed("it fell again");
        var report = checks.Run()!;
        report.Checks.Select(c => c.Since).ShouldBe([Noon, Noon.AddMinutes(1)]);
        report.Checks[1].Reason.ShouldBe("it fell again");
    }

    [Fact]
    public void A_check_that_throws_has_failed_and_tells_no_details()
    {
        var broken = new HealthChecks("livez", time, ("broken", () => throw new InvalidOperationException("/secret/path")));
        HealthText.Of(broken.Run()!, isVerbose: false)
            .ShouldBe("[-]broken failed: the check itself failed (InvalidOperationException)\nlivez check failed\n");
    }

    [Fact]
    public void The_page_escapes_what_it_shows()
    {
        first = HealthFinding.Failed("<script>alert(1)</script>");
        var page = StatusPage.Of(new("0.1.0<b>", Noon, null, 3, 1, null, null, null, null), checks.Run()!, checks.Run()!);
        page.ShouldNotContain("<script");
        page.ShouldNotContain("<b>");
        page.ShouldContain("failed: &lt;script&gt;alert(1)&lt;/script&gt;");
        page.ShouldContain("<tr><th>Clusters</th><td>3</td></tr>");
    }
}
