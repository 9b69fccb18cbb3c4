using Microsoft.Extensions.Time.Testing;
using Tidegate.Hosting;

namespace Tidegate.Tests.Hosting;

public sealed class IdleTrimTests : IDisposable
{
    private const long Megabyte = 1024 * 1024;

    private readonly FakeTimeProvider time = new();
    private readonly IdleTrim trim;
    private long allocated;
    private long held = 100 * Megabyte;
    private long live = 100 * Megabyte;
    private int collections;

    public IdleTrimTests() => trim = new(time, () => allocated, () => held, Collect);

    public void Dispose() => trim.Dispose();

    [Fact]
    public void Nothing_is_collected_while_much_is_allocated_and_once_when_it_is_quiet_again()
    {
        Pass(allocating: 20 * Megabyte);
        Pass(allocating: 20 * Megabyte);
        collections.ShouldBe(0);
        Pass(allocating: 1 * Megabyte);
        collections.ShouldBe(1);
        Pass(allocating: 0);
        Pass(allocating: 1 * Megabyte);
        collections.ShouldBe(1);
    }

    [Fact]
    public void A_daemon_that_does_next_to_nothing_is_left_alone_until_it_adds_up()
    {
        for (var i = 0; i < 16; i++)
        {
            Pass(allocating: 1 * Megabyte);
        }

        collections.ShouldBe(0);
        Pass(allocating: 1 * Megabyte);
        collections.ShouldBe(1);
    }

    [Fact]
    public void What_large_work_left_behind_is_collected_once_while_a_busy_daemon_goes_on()
    {
        Pass(allocating: 500 * Megabyte);
        collections.ShouldBe(0);
        held = 600 * Megabyte;
        Pass(allocating: 40 * Megabyte);
        collections.ShouldBe(0, "the work goes on");
        Pass(allocating: 10 * Megabyte);
        collections.ShouldBe(1);
        Pass(allocating: 10 * Megabyte);
        held = 213 * Megabyte;
        Pass(allocating: 10 * Megabyte);
        collections.ShouldBe(1);
    }

    [Fact]
    public void What_is_live_is_not_collected_again_and_again()
    {
        live = 600 * Megabyte;
        held = 700 * Megabyte;
        for (var i = 0; i < 10; i++)
        {
            Pass(allocating: 10 * Megabyte);
        }

        collections.ShouldBe(1);
    }

    private void Collect()
    {
        collections++;
        held = live;
    }

    private void Pass(long allocating)
    {
        allocated += allocating;
        time.Advance(TimeSpan.FromSeconds(5));
    }
}
