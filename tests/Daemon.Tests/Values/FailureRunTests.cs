using Microsoft.Extensions.Time.Testing;
using Tidegate.Values;

namespace Tidegate.Tests.Values;

public sealed class FailureRunTests
{
    private readonly FakeTimeProvider time = new(new(2026, 1, 1, 10, 2, 0, TimeSpan.Zero));

    [Fact]
    public void It_is_said_at_the_beginning_hourly_and_at_the_end()
    {
        var run = new FailureRun(time);
        run.Succeeded(out _).ShouldBeFalse();
        var news = new List<FailureNews>();
        for (var minute = 0; minute < 150; minute++)
        {
            news.Add(run.Failed("refused", out _));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        news.Select((n, i) => (n, i)).Where(p => p.n != FailureNews.None)
            .ShouldBe([(FailureNews.Began, 0), (FailureNews.GoesOn, 60), (FailureNews.GoesOn, 120)]);
        run.Succeeded(out var span).ShouldBeTrue();
        span.ShouldBe(new(150, new(2026, 1, 1, 10, 2, 0, TimeSpan.Zero), TimeSpan.FromMinutes(150)));
        run.Succeeded(out _).ShouldBeFalse();
        run.Failed("refused", out _).ShouldBe(FailureNews.Began);
    }

    [Fact]
    public void Another_reason_is_news_once()
    {
        var run = new FailureRun(time);

        new[] { "a", "b", "a", "b", "c" }.Select(r => run.Failed(r, out _))
            .ShouldBe([FailureNews.Began, FailureNews.Began, FailureNews.None, FailureNews.None, FailureNews.Began]);
    }

    [Fact]
    public void Reasons_that_never_repeat_do_not_fill_the_log()
    {
        var run = new FailureRun(time);

        Enumerable.Range(0, 1000).Count(i => run.Failed($"{i}", out _) != FailureNews.None).ShouldBe(10);
    }
}
