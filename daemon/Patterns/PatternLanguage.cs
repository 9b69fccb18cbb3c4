using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.Patterns;

/// <summary>
/// Which of some patterns can match one text together. Two lists of rules are compared by this: a decision depends on a name only through the patterns that
/// match it, so that one name of each class stands for all. Keeps what it has worked out; for one thread.
/// </summary>
internal sealed class PatternLanguage
{
    private readonly Dictionary<string, PatternAutomaton?> automata = new(StringComparer.Ordinal);
    private readonly Dictionary<EquatableList<string>, PatternPartition> partitions = [];

    public PatternPartition Partition(IEnumerable<LabelPattern> patterns)
    {
        var byText = new SortedDictionary<string, LabelPattern>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            byText.TryAdd(pattern.Text, pattern);
        }

        var key = byText.Keys.ToEquatableList();
        if (!partitions.TryGetValue(key, out var partition))
        {
            partitions[key] = partition = WorkOut([.. byText.Values]);
        }

        return partition;
    }

    private PatternPartition WorkOut(IReadOnlyList<LabelPattern> patterns)
    {
        var literals = patterns.Where(p => p.Literal is not null).Select(p => p.Text).ToList();
        var compiled = new List<(LabelPattern Pattern, PatternAutomaton Automaton)>();
        var isExact = !literals.Any(l => l.Any(char.IsSurrogate));
        foreach (var pattern in patterns.Where(p => p.Literal is null && !p.MatchesAll))
        {
            if (AutomatonOf(pattern) is { IsExhausted: false } automaton)
            {
                compiled.Add((pattern, automaton));
            }
            else
            {
                isExact = false;
            }
        }

        var search = new PatternSearch(literals, [.. compiled.Select(c => c.Automaton)]);
        isExact &= search.Run();
        if (!isExact)
        {
            return Sample(patterns, search.Found.Select(f => f.Witness));
        }

        var always = patterns.Where(p => p.MatchesAll).Select(p => p.Text);
        return new(
            patterns.Select(p => p.Text).ToEquatableList(),
            search.Found.Select(f => new PatternClass(
                f.Witness,
                always
                    .Concat(f.Literal >= 0 ? [literals[f.Literal]] : [])
                    .Concat(compiled.Where((_, i) => f.Accepted[i]).Select(c => c.Pattern.Text))
                    .Order(StringComparer.Ordinal).ToEquatableList())).ToEquatableList(),
            true);
    }

    /// <summary>What a look at likely names finds.</summary>
    private static PatternPartition Sample(IReadOnlyList<LabelPattern> patterns, IEnumerable<string> found)
    {
        var classes = new Dictionary<EquatableList<string>, PatternClass>();
        var guesses = patterns.Select(p => p.Text.TrimStart('^').TrimEnd('$')).SelectMany(t =>
            new[] { "", "x", "a-b" }.SelectMany(fill => new[] { t.Replace(".*", fill, StringComparison.Ordinal), t.Replace("*", fill, StringComparison.Ordinal) }));
        foreach (var text in found.Append("").Append("a").Append("other-name").Concat(guesses))
        {
            var matching = patterns.Where(p => p.IsMatch(text)).Select(p => p.Text).ToEquatableList();
            classes.TryAdd(matching, new(text, matching));
        }

        return new(
            patterns.Select(p => p.Text).ToEquatableList(),
            classes.Values.OrderBy(c => c.Witness.Length).ThenBy(c => c.Witness, StringComparer.Ordinal).ToEquatableList(),
            false);
    }

    private PatternAutomaton? AutomatonOf(LabelPattern pattern)
    {
        if (!automata.TryGetValue(pattern.Text, out var automaton))
        {
            automata[pattern.Text] = automaton = PatternAutomaton.Of(pattern);
        }

        return automaton;
    }
}
