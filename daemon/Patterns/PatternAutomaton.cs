using Tidegate.Labels;

namespace Tidegate.Patterns;

/// <summary>
/// A pattern as a deterministic automaton that is worked out as far as it is asked for. Its states are numbers.
/// </summary>
internal sealed class PatternAutomaton
{
    private const int MaxGraph = 20_000;

    // Expressions exist whose automaton has 2^n states for n characters; they come from a repository.
    private const int MaxWork = 4_000_000;

    private readonly StateGraph graph;
    private readonly CharacterTest[] tests;
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<(int[] Set, bool Accepts)> states = [];
    private readonly Dictionary<(int State, int Letter), int> steps = [];
    private readonly Dictionary<char, int> letters = [];
    private readonly Dictionary<string, int> letterNumbers = new(StringComparer.Ordinal);
    private int work;

    private PatternAutomaton(StateGraph graph)
    {
        this.graph = graph;
        tests = [.. graph.Tests];
        Start = Number(graph.Begin(), atStart: true);
    }

    public int Start { get; }

    /// <summary>Whether it has taken more work than anybody may ask for; what it says afterwards is no answer.</summary>
    public bool IsExhausted => work > MaxWork;

    /// <summary>The characters that the pattern names one by one.</summary>
    public IEnumerable<char> Named => tests.Where(t => t.Only is not null).Select(t => t.Only!.Value);

    /// <summary>Compiles a pattern.</summary>
    /// <returns>Null when it is too large.</returns>
    public static PatternAutomaton? Of(LabelPattern pattern) =>
        ExpressionReader.Read(pattern) is { } tree && StateGraph.Of(tree, MaxGraph) is { } graph ? new(graph) : null;

    public bool Accepts(int state) => states[state].Accepts;

    public int Next(int state, char c)
    {
        var key = (state, LetterOf(c));
        if (!steps.TryGetValue(key, out var next))
        {
            var from = states[state].Set;
            next = IsExhausted ? state : Number(graph.Step(from, c), atStart: false);
            work += from.Length + 1;
            steps[key] = next;
        }

        return next;
    }

    /// <summary>Equal for characters that the pattern cannot tell apart.</summary>
    public int LetterOf(char c)
    {
        if (!letters.TryGetValue(c, out var letter))
        {
            var signature = string.Create(tests.Length, (tests, c), static (span, of) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = of.tests[i].Accepts(of.c) ? '1' : '0';
                }
            });
            if (!letterNumbers.TryGetValue(signature, out letter))
            {
                letterNumbers[signature] = letter = letterNumbers.Count;
            }

            letters[c] = letter;
        }

        return letter;
    }

    private int Number(int[] set, bool atStart)
    {
        work += set.Length;
        var accepts = graph.Accepts(set, atStart);

        // The same set may accept before the first character and not behind it.
        var key = string.Create(set.Length + 1, (set, accepts), static (span, of) =>
        {
            span[0] = of.accepts ? '1' : '0';
            for (var i = 0; i < of.set.Length; i++)
            {
                span[i + 1] = (char)of.set[i];
            }
        });
        if (!numbers.TryGetValue(key, out var number))
        {
            number = states.Count;
            numbers[key] = number;
            states.Add((set, accepts));
        }

        return number;
    }
}
