using System.Runtime.CompilerServices;
using Tidegate.Labels;

namespace Tidegate.Tests.Labels;

public sealed class PatternCacheTests
{
    [Fact]
    public void The_same_text_is_compiled_once()
    {
        var pattern = LabelPattern.Compile("^once-[0-9]+$", out _);

        LabelPattern.Compile("^once-[0-9]+$", out _).ShouldBeSameAs(pattern);
        LabelPattern.Compile("^once-[0-9]*$", out _).ShouldNotBeSameAs(pattern);
    }

    [Fact]
    public void A_pattern_that_nobody_uses_is_forgotten()
    {
        var cache = new PatternCache();
        var kept = LabelPattern.Compile("kept-*", out _)!;
        cache.Add(kept);
        AddMany(cache, 3000);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        AddMany(cache, 3000);

        cache.Find("kept-*").ShouldBeSameAs(kept);
        cache.Count.ShouldBeLessThan(6000);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddMany(PatternCache cache, int count)
    {
        var first = cache.Count;
        for (var i = 0; i < count; i++)
        {
            cache.Add(LabelPattern.Compile($"text-{first + i}", out _)!);
        }
    }
}
