using System.Globalization;
using System.Text;
using Serilog.Sinks.Journald;

namespace Tidegate.Tests.Journald;

public sealed class JournaldBacklogTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly JournaldBacklog backlog = new(
        maxEntries: 4, maxBytes: 100, gap => Encoding.ASCII.GetBytes($"{gap.Count} {Second(gap.First)}-{Second(gap.Last)} {gap.Reason}"));

    private int added;

    [Fact]
    public void A_gap_stands_where_the_lost_entries_would()
    {
        Add("a", "b", "c", "d", "e", "f");
        Take(3).ShouldBe(["a", "b", "c"]);

        Add("g");

        Take(3).ShouldBe(["d", "2 4-5 full5", "g"]);
        backlog.TryPeek(out _).ShouldBeFalse();
        backlog.Lost.ShouldBe(2);
    }

    [Fact]
    public void Nothing_is_taken_on_again_before_half_of_it_is_empty()
    {
        Add("a", "b", "c", "d", "e");
        Take(2).ShouldBe(["a", "b"]);

        Add("f");
        Take(1).ShouldBe(["c"]);
        Add("g");

        Take(3).ShouldBe(["d", "2 4-5 full5", "g"]);
    }

    [Fact]
    public void A_gap_is_reported_without_anything_new_to_log()
    {
        Add("a", "b", "c", "d", "e");

        Take(5).ShouldBe(["a", "b", "c", "d", "1 4-4 full4"]);
        backlog.TryPeek(out _).ShouldBeFalse();
    }

    [Fact]
    public void Bytes_are_bounded_and_given_back()
    {
        var large = new string('x', 60);
        Add(large, large);
        backlog.Lost.ShouldBe(1);
        Take(2).ShouldBe([large, "1 1-1 full1"]);

        Add(large);

        backlog.Lost.ShouldBe(1);
        Take(1).ShouldBe([large]);
    }

    [Fact]
    public void An_entry_that_cannot_be_sent_makes_a_gap()
    {
        Add("a", "b");

        backlog.Lose(Start, "it is too large");

        Take(2).ShouldBe(["b", "1 0-0 it is too large"]);
    }

    private static int Second(DateTimeOffset time) => (int)(time - Start).TotalSeconds;

    private void Add(params ReadOnlySpan<string> entries)
    {
        foreach (var entry in entries)
        {
            backlog.Add(Encoding.ASCII.GetBytes(entry), Start.AddSeconds(added), string.Create(CultureInfo.InvariantCulture, $"full{added}"));
            added++;
        }
    }

    private List<string> Take(int count)
    {
        var taken = new List<string>();
        for (var i = 0; i < count; i++)
        {
            backlog.TryPeek(out var entry).ShouldBeTrue();
            taken.Add(Encoding.ASCII.GetString(entry!));
            backlog.Remove();
        }

        return taken;
    }
}
