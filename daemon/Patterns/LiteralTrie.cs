namespace Tidegate.Patterns;

/// <summary>Many literal patterns as one automaton: of them at most one matches.</summary>
internal sealed class LiteralTrie
{
    /// <summary>No literal begins like this.</summary>
    public const int Dead = 1;

    private const int Root = 0;

    private readonly Dictionary<(int State, char Letter), int> steps = [];
    private readonly Dictionary<int, int> ends = [];

    public LiteralTrie(IReadOnlyList<string> literals)
    {
        for (var i = 0; i < literals.Count; i++)
        {
            var at = Root;
            foreach (var c in literals[i])
            {
                if (!steps.TryGetValue((at, c), out var next))
                {
                    steps[(at, c)] = next = Count++;
                }

                at = next;
            }

            ends[at] = i;
        }
    }

    /// <summary>How many states there are.</summary>
    public int Count { get; private set; } = 2;

    public int Next(int state, char c) => steps.GetValueOrDefault((state, c), Dead);

    /// <summary>The number of the literal that ends here; -1 when none does.</summary>
    public int LiteralAt(int state) => ends.GetValueOrDefault(state, -1);
}
