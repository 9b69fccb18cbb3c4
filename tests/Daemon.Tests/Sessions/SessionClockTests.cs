using Microsoft.Extensions.Time.Testing;
using Tidegate.Access;
using Tidegate.Sessions;
using Tidegate.Values;

namespace Tidegate.Tests.Sessions;

/// <summary>When a stream's limits end it, and that nothing is left behind afterwards.</summary>
public sealed class SessionClockTests : IDisposable
{
    private static readonly SessionLimits Ttl = new() { MaxSessionTtl = By(TimeSpan.FromHours(1)) };
    private static readonly SessionLimits Idle = new() { ClientIdleTimeout = By(TimeSpan.FromMinutes(15)) };

    private readonly TimerCount time = new();
    private readonly List<string> ended = [];
    private readonly SessionClock clock;

    public SessionClockTests() => clock = new(time, time.GetUtcNow().AddHours(8), e => ended.Add(e.Reason));

    public void Dispose() => clock.Dispose();

    [Fact]
    public void Without_limits_there_is_no_timer_and_no_end()
    {
        clock.Apply(SessionLimits.None);
        clock.Active();
        time.Advance(TimeSpan.FromDays(100));

        time.Created.ShouldBe(0);
        ended.ShouldBeEmpty();
    }

    [Fact]
    public void It_ends_at_the_instant_and_once()
    {
        clock.Apply(Ttl);
        time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        ended.ShouldBeEmpty();

        time.Advance(TimeSpan.FromMilliseconds(1));
        ended.ShouldBe(["the session has lasted max_session_ttl (1h0m0s) of role \"dev\""]);

        time.Advance(TimeSpan.FromHours(9));
        clock.Apply(Idle);
        ended.Count.ShouldBe(1);
        time.Open.ShouldBe(0);
    }

    [Fact]
    public void Data_puts_the_end_off_without_another_timer()
    {
        clock.Apply(Idle);
        for (var minute = 0; minute < 100; minute += 10)
        {
            time.Advance(TimeSpan.FromMinutes(10));
            clock.Active();
        }

        time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        ended.ShouldBeEmpty();
        time.Advance(TimeSpan.FromMilliseconds(1));

        ended.ShouldBe(["no activity for client_idle_timeout (15m0s) of role \"dev\""]);
        time.Created.ShouldBe(1);
    }

    [Fact]
    public void The_certificate_ends_it_only_where_a_role_says_so()
    {
        time.Advance(TimeSpan.FromHours(7));
        clock.Apply(new() { DisconnectExpiredCert = By(true) });
        time.Advance(TimeSpan.FromMinutes(59));
        ended.ShouldBeEmpty();

        time.Advance(TimeSpan.FromMinutes(1));

        ended.ShouldBe(["the client certificate has expired (disconnect_expired_cert of role \"dev\")"]);
    }

    [Fact]
    public void A_limit_that_comes_later_counts_the_time_from_the_start()
    {
        time.Advance(TimeSpan.FromMinutes(50));
        clock.Apply(Ttl);
        time.Advance(TimeSpan.FromMinutes(10));
        ended.Count.ShouldBe(1);
    }

    [Fact]
    public void A_limit_that_is_past_already_ends_it_at_once()
    {
        time.Advance(TimeSpan.FromMinutes(16));
        clock.Apply(Idle);
        ended.Count.ShouldBe(1);
    }

    [Fact]
    public void A_limit_that_is_taken_away_does_not_end_it()
    {
        clock.Apply(Ttl);
        time.Advance(TimeSpan.FromMinutes(50));
        clock.Apply(SessionLimits.None);
        time.Advance(TimeSpan.FromHours(50));

        ended.ShouldBeEmpty();
        time.Open.ShouldBe(0);
    }

    [Fact]
    public void A_stream_that_ended_by_itself_leaves_no_timer()
    {
        clock.Apply(Ttl);
        clock.Dispose();
        clock.Apply(Idle);
        time.Advance(TimeSpan.FromHours(2));

        ended.ShouldBeEmpty();
        time.Open.ShouldBe(0);
    }

    [Fact]
    public void A_limit_beyond_what_a_timer_can_count_holds_too()
    {
        clock.Apply(new() { MaxSessionTtl = By(TimeSpan.FromDays(200)) });
        time.Advance(TimeSpan.FromDays(199));
        ended.ShouldBeEmpty();
        time.Advance(TimeSpan.FromDays(1));
        ended.Count.ShouldBe(1);
    }

    private static RoleLimit<T> By<T>(T value)
        where T : struct => new(value, "dev", new Origin("roles/dev.yaml", 1, ""));

    /// <summary>Time that is set by hand, and how many timers were asked of it.</summary>
    private sealed class TimerCount : FakeTimeProvider
    {
        public int Created { get; private set; }

        public int Open { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Created++;
            Open++;
            return new Counted(base.CreateTimer(callback, state, dueTime, period), () => Open--);
        }

        private sealed class Counted(ITimer inner, Action closed) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose()
            {
                inner.Dispose();
                closed();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
