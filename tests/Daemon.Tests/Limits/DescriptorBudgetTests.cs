using Microsoft.Extensions.Time.Testing;
using Tidegate.Limits;

namespace Tidegate.Tests.Limits;

public sealed class DescriptorBudgetTests
{
    private readonly FakeTimeProvider time = new();
    private long limit = 1024;
    private long open = 200;

    [Theory]
    [InlineData(1024, 200, 380)]
    [InlineData(524_288, 300, 261_482)]
    [InlineData(4096, 96, 1872)]
    [InlineData(256, 220, 6)]
    [InlineData(256, 240, 4)]
    [InlineData(256, 246, 1)]
    [InlineData(256, 256, 0)]
    [InlineData(256, 300, 0)]
    [InlineData(long.MaxValue, 200, int.MaxValue)]
    public void Each_use_gets_half_of_what_the_reserve_and_everything_else_leaves(long allowed, long others, int most)
    {
        (limit, open) = (allowed, others);
        Budget().Most.ShouldBe(most);
    }

    [Fact]
    public void One_use_leaves_the_other_its_half()
    {
        open = 224;
        limit = 256;
        var budget = Budget();
        var clients = Enumerable.Range(0, 10).Select(_ => budget.TryTake(DescriptorUse.Client)).ToList();
        clients.Count(c => c is not null).ShouldBe(4);
        budget.TryTake(DescriptorUse.Cluster).ShouldNotBeNull();
        clients[0]!.Dispose();
        clients[0]!.Dispose();
        budget.Taken(DescriptorUse.Client).ShouldBe(3);
        budget.TryTake(DescriptorUse.Client).ShouldNotBeNull();
        budget.TryTake(DescriptorUse.Client).ShouldBeNull();
    }

    [Fact]
    public void Connections_do_not_count_twice_and_other_files_count_as_they_come_and_go()
    {
        var budget = Budget();
        var before = budget.Most;
        for (var i = 0; i < 100; i++)
        {
            budget.TryTake(DescriptorUse.Client).ShouldNotBeNull();
            open++;
        }

        time.Advance(TimeSpan.FromSeconds(2));
        budget.Most.ShouldBe(before);
        open += 50;
        time.Advance(TimeSpan.FromSeconds(2));
        budget.Most.ShouldBe(before - 25);
        limit = 512;
        time.Advance(TimeSpan.FromSeconds(2));
        budget.Most.ShouldBe((512 - 32 - 250) / 2);
    }

    [Fact]
    public async Task Who_waits_gets_the_next_place_and_not_one_too_many()
    {
        limit = 256;
        open = 246;
        var budget = Budget();
        var first = budget.TryTake(DescriptorUse.Cluster)!;
        var waiting = budget.TakeAsync(DescriptorUse.Cluster, TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        first.Dispose();
        time.Advance(TimeSpan.FromMilliseconds(100));
        (await waiting).ShouldNotBeNull();

        var late = budget.TakeAsync(DescriptorUse.Cluster, TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        while (!late.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        (await late).ShouldBeNull();
    }

    [Fact]
    public void The_process_is_asked_for_its_own()
    {
        var before = OpenFiles.Count();
        var files = Enumerable.Range(0, 500).Select(_ => File.OpenHandle("/dev/null")).ToList();
        OpenFiles.Count().ShouldBeInRange(before + 300, before + 700, "other tests open and close files meanwhile");
        files.ForEach(f => f.Dispose());
        OpenFiles.Limit().ShouldBeGreaterThan(before);
    }

    private DescriptorBudget Budget() => new(() => limit, () => open, time);
}
