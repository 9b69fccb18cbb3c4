using System.Buffers;
using System.Runtime.InteropServices;
using CsCheck;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>The part of an answer that is in memory, beside the whole answer in memory.</summary>
public sealed class AnswerWindowTests
{
    [Fact]
    public void Whatever_is_kept_dropped_and_inserted_is_taken_in_its_order() =>
        Gen.Int.Sample(seed =>
        {
            var random = new Random(seed);
            using var window = new AnswerWindow();
            var (arrived, expected, given) = (new List<byte>(), new List<byte>(), new List<byte>());
            var open = false;
            for (var step = 0; step < 60; step++)
            {
                switch (random.Next(8))
                {
                    case 0 or 1 when !window.HasOutput:
                        Arrive(window, arrived, random);
                        break;
                    case 2 or 3 when window.Decided < window.End:
                        var kept = random.NextInt64(window.Decided, window.End + 1);
                        expected.AddRange(arrived[(int)window.Decided..(int)kept]);
                        window.Keep(kept);
                        window.Decided.ShouldBe(kept);
                        break;
                    case 4 when window.Decided < window.End:
                        window.Drop(random.NextInt64(window.Decided, window.End + 1));
                        break;
                    case 5:
                        var inserted = new byte[random.Next(3) * random.Next(100)];
                        random.NextBytes(inserted);
                        expected.AddRange(inserted);
                        window.Insert(inserted);
                        break;
                    case 6:
                        window.Open();
                        open = true;
                        break;
                    default:
                        if (open)
                        {
                            given.AddRange(Take(window, random.Next(2000)));
                        }

                        window.Relax();
                        break;
                }

                window.End.ShouldBe(arrived.Count);
                window.HasOutput.ShouldBe(open && given.Count < expected.Count);
                var from = random.NextInt64(window.Decided, window.End + 1);
                var known = CollectionsMarshal.AsSpan(arrived);
                window.From(from).SequenceEqual(known[(int)from..]).ShouldBeTrue();
                window.Between(window.Decided, from).SequenceEqual(known[(int)window.Decided..(int)from]).ShouldBeTrue();
            }

            window.Open();
            given.AddRange(Take(window, expected.Count));
            given.SequenceEqual(expected).ShouldBeTrue();
        });

    [Fact]
    public void Small_pieces_need_no_larger_buffer_than_one()
    {
        using var window = new AnswerWindow();
        window.IsIdle.ShouldBeTrue();
        window.Room().Length.ShouldBe(64 << 10);
        window.IsIdle.ShouldBeFalse();
        Fill(window, 60 << 10);

        // All of it is decided but ten bytes, which move to the beginning.
        window.Drop(window.End - 10);
        window.Room().Length.ShouldBe((64 << 10) - 10);
        Fill(window, 1000);
        window.Room().Length.ShouldBe((64 << 10) - 1010, "there is room behind it");
        window.Relax();
        window.IsIdle.ShouldBeFalse("something is not decided");
        window.Drop(window.End);
        window.Relax();
        window.IsIdle.ShouldBeTrue();
    }

    [Fact]
    public void A_large_object_gets_a_large_buffer_and_the_next_small_one_again()
    {
        using var window = new AnswerWindow();
        Fill(window, (64 << 10) - (8 << 10));
        window.Room().Length.ShouldBe(8 << 10, "so much is room enough");
        Fill(window, 1);
        window.Room().Length.ShouldBe((128 << 10) - (56 << 10) - 1);
        Fill(window, 3 << 20);
        (window.From(0).Length + window.Room().Length).ShouldBe(4 << 20);

        window.Drop(window.End - (56 << 10));
        MemoryMarshal.TryGetArray<byte>(window.Room(), out var large).ShouldBeTrue();
        window.Room().Length.ShouldBe((4 << 20) - (int)window.End, "there would be no room in a small one, and nothing has to move");
        window.Drop(window.End - (56 << 10) + 1);
        (window.From(window.Decided).Length + window.Room().Length).ShouldBe(64 << 10);
        ArrayPool<byte>.Shared.Rent(4 << 20).ShouldNotBeSameAs(large.Array, "the pool would keep it");
    }

    [Fact]
    public void What_waits_to_be_taken_stays_though_it_is_not_open_yet()
    {
        using var window = new AnswerWindow();
        var bytes = Fill(window, 1000);
        window.Insert("("u8.ToArray());
        window.Keep(300);
        window.Drop(400);
        window.Keep(1000);
        window.HasOutput.ShouldBeFalse();
        window.Relax();
        window.IsIdle.ShouldBeFalse();
        Fill(window, 100_000);
        window.Insert(")"u8.ToArray());
        window.Open();

        Take(window, 2000).ShouldBe([.. "("u8, .. bytes[..300], .. bytes[400..], .. ")"u8]);
    }

    [Fact]
    public void An_object_of_64_megabytes_fits_and_none_that_is_larger()
    {
        using var window = new AnswerWindow();
        while (window.End < AnswerWindow.LargestObject)
        {
            window.Arrived((int)Math.Min(window.Room().Length, AnswerWindow.LargestObject - window.End));
        }

        window.Room().Length.ShouldBeGreaterThan(0);
        window.Arrived(1);
        Should.Throw<UnfilterableAnswerException>(() => window.Room()).Message.ShouldContain("64 MiB");
        window.Drop(1);
        window.Room().Length.ShouldBeGreaterThan(0, "what is decided is none of it");
    }

    private static void Arrive(AnswerWindow window, List<byte> arrived, Random random)
    {
        var room = window.Room();
        room.Length.ShouldBeGreaterThanOrEqualTo(8 << 10);
        var count = random.Next(8) == 0 ? room.Length : random.Next(Math.Min(room.Length, 300));
        random.NextBytes(room.Span[..count]);
        arrived.AddRange(room.Span[..count]);
        window.Arrived(count);
    }

    private static byte[] Fill(AnswerWindow window, int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        for (var rest = bytes.AsSpan(); !rest.IsEmpty;)
        {
            var room = window.Room().Span;
            var part = Math.Min(room.Length, rest.Length);
            rest[..part].CopyTo(room);
            window.Arrived(part);
            rest = rest[part..];
        }

        return bytes;
    }

    private static byte[] Take(AnswerWindow window, int count)
    {
        var taken = new byte[count];
        return taken[..window.Take(taken)];
    }
}
