namespace Tidegate.Patterns;

/// <summary>
/// Runs several automata over all texts at once, the shortest texts first, and keeps one text for each combination of answers.
/// </summary>
internal sealed class PatternSearch
{
    /// <summary>
    /// The longest text that is looked at: no name of an object is longer, nor a namespace or an API group. Source: Kubernetes, DNS subdomain names.
    /// </summary>
    public const int MaxLength = 253;

    private const int MaxStates = 20_000;

    private readonly LiteralTrie trie;
    private readonly IReadOnlyList<PatternAutomaton> automata;
    private readonly char[] letters;
    private readonly List<Visit> visits = [];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> answers = new(StringComparer.Ordinal);
    private readonly List<FoundClass> found = [];

    public PatternSearch(IReadOnlyList<string> literals, IReadOnlyList<PatternAutomaton> automata)
    {
        this.automata = automata;
        trie = new(literals);
        letters = Letters(literals);
    }

    public IReadOnlyList<FoundClass> Found => found;

    /// <summary>Looks at everything.</summary>
    /// <returns>False when it gave up before that.</returns>
    public bool Run()
    {
        var start = new int[automata.Count + 1];
        for (var i = 0; i < automata.Count; i++)
        {
            start[i + 1] = automata[i].Start;
        }

        Reach(start, -1, default, 0);
        for (var at = 0; at < visits.Count; at++)
        {
            if (visits.Count > MaxStates + trie.Count || automata.Any(a => a.IsExhausted))
            {
                return false;
            }

            if (visits[at].Length < MaxLength)
            {
                Follow(at);
            }
        }

        return true;
    }

    /// <summary>One letter of each kind that the patterns tell apart.</summary>
    private char[] Letters(IReadOnlyList<string> literals)
    {
        var named = literals.SelectMany(l => l).ToHashSet();
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        return [.. Alphabet.With(named.Concat(automata.SelectMany(a => a.Named)))
            .Where(c => kinds.Add(Key([named.Contains(c) ? c : 0, .. automata.Select(a => a.LetterOf(c))])))];
    }

    private void Follow(int at)
    {
        var from = visits[at];
        foreach (var letter in letters)
        {
            var states = new int[from.States.Length];
            states[0] = trie.Next(from.States[0], letter);
            for (var i = 0; i < automata.Count; i++)
            {
                states[i + 1] = automata[i].Next(from.States[i + 1], letter);
            }

            Reach(states, at, letter, from.Length + 1);
        }
    }

    private void Reach(int[] states, int previous, char letter, int length)
    {
        if (!seen.Add(Key(states)))
        {
            return;
        }

        visits.Add(new(states, previous, letter, length));
        var literal = trie.LiteralAt(states[0]);
        var accepted = automata.Select((a, i) => a.Accepts(states[i + 1])).ToArray();
        if (answers.Add($"{literal} {string.Concat(accepted.Select(a => a ? '1' : '0'))}"))
        {
            found.Add(new(Text(visits.Count - 1), literal, accepted));
        }
    }

    private string Text(int at)
    {
        var text = new char[visits[at].Length];
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = visits[at].Letter;
            at = visits[at].Previous;
        }

        return new(text);
    }

    private static string Key(int[] numbers) => string.Create(numbers.Length * 2, numbers, static (span, of) =>
    {
        for (var i = 0; i < of.Length; i++)
        {
            (span[2 * i], span[(2 * i) + 1]) = ((char)(of[i] & 0xFFFF), (char)(of[i] >> 16));
        }
    });

    private readonly record struct Visit(int[] States, int Previous, char Letter, int Length);
}

/// <summary>A combination of answers and the text that was found for it.</summary>
/// <param name="Literal">The number of the literal that the text is; -1 when it is none.</param>
/// <param name="Accepted">Which automata accept it.</param>
internal sealed record FoundClass(string Witness, int Literal, bool[] Accepted);
