using CsCheck;
using Tidegate.Sessions;

namespace Tidegate.Tests.Sessions;

public sealed class ConnectionCountTests
{
    private readonly ConnectionCount count = new();

    [Fact]
    public async Task Of_a_hundred_at_once_exactly_as_many_come_in_as_the_limit_says()
    {
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tries = Enumerable.Range(0, 100).Select(_ => Task.Run(async () =>
        {
            await begin.Task;
            return count.TryOpen("alice", 10);
        })).ToList();
        begin.SetResult();

        var places = (await Task.WhenAll(tries)).OfType<IDisposable>().ToList();

        places.Count.ShouldBe(10);
        await Task.WhenAll(places.Select(p => Task.Run(p.Dispose)));
        count.Persons.ShouldBe(0);
    }

    [Fact]
    public void Each_person_has_a_count_of_its_own()
    {
        count.TryOpen("alice", 1).ShouldNotBeNull();
        count.TryOpen("alice", 1).ShouldBeNull();
        count.TryOpen("bob", 1).ShouldNotBeNull();
        count.TryOpen("Alice", 1).ShouldNotBeNull();
    }

    [Fact]
    public void What_is_open_without_a_limit_counts_when_one_comes()
    {
        var first = count.TryOpen("alice", null).ShouldNotBeNull();
        count.TryOpen("alice", null).ShouldNotBeNull();

        count.TryOpen("alice", 2).ShouldBeNull();
        first.Dispose();
        count.TryOpen("alice", 2).ShouldNotBeNull();
    }

    [Fact]
    public void A_place_is_given_back_once()
    {
        var place = count.TryOpen("alice", 2).ShouldNotBeNull();
        count.TryOpen("alice", 2).ShouldNotBeNull();
        place.Dispose();
        place.Dispose();

        count.TryOpen("alice", 2).ShouldNotBeNull();
        count.TryOpen("alice", 2).ShouldBeNull();
    }

    [Fact]
    public void There_are_never_more_open_than_the_limit_and_a_place_is_refused_only_when_there_are_that_many() =>
        Gen.Select(Gen.Int[0, 4], Gen.Bool.Array[1, 60]).Sample(
            (most, steps) =>
            {
                var one = new ConnectionCount();
                var open = new Stack<IDisposable>();
                foreach (var opens in steps)
                {
                    if (!opens)
                    {
                        (open.Count > 0 ? open.Pop() : null)?.Dispose();
                    }
                    else if (one.TryOpen("alice", most) is { } place)
                    {
                        open.Push(place);
                    }
                    else if (open.Count != most)
                    {
                        return false;
                    }

                    if (open.Count > most || one.Persons != Math.Min(open.Count, 1))
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: 1000);
}
