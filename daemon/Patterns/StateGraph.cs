namespace Tidegate.Patterns;

/// <summary>
/// A pattern as a nondeterministic automaton, after Thompson. States are numbers; sets of them are sorted and hold no state that only leads on.
/// </summary>
internal sealed class StateGraph
{
    private const int Accept = 0;

    private readonly List<State> states = [new(Kind.Accept, null, -1, -1)];
    private readonly int first;

    private StateGraph(ExpressionNode expression) => first = Build(expression, Accept);

    private enum Kind
    {
        Accept,
        Letter,
        Fork,
        Start,
        End,
    }

    public IEnumerable<CharacterTest> Tests => states.Where(s => s.Test is not null).Select(s => s.Test!).DistinctBy(t => t.Key);

    /// <summary>Compiles a tree.</summary>
    /// <returns>Null when it takes more than <paramref name="maxStates"/> states.</returns>
    public static StateGraph? Of(ExpressionNode expression, int maxStates) => expression.Size < maxStates ? new(expression) : null;

    /// <summary>Where one is before the first character.</summary>
    public int[] Begin() => Closure([first], atStart: true, atEnd: false);

    /// <summary>Where one is behind a character.</summary>
    public int[] Step(int[] set, char c) =>
        Closure(set.Where(s => states[s].Test?.Accepts(c) == true).Select(s => states[s].Next), atStart: false, atEnd: false);

    /// <summary>Whether the text may end here.</summary>
    /// <param name="atStart">Whether nothing has been read.</param>
    public bool Accepts(int[] set, bool atStart) =>
        set.Contains(Accept) || (set.Any(s => states[s].Kind == Kind.End) && Closure(set, atStart, atEnd: true).Contains(Accept));

    private int[] Closure(IEnumerable<int> from, bool atStart, bool atEnd)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>(from);
        while (open.TryPop(out var at))
        {
            if (!seen.Add(at))
            {
                continue;
            }

            var state = states[at];
            if (state.Kind == Kind.Fork || (state.Kind == Kind.Start && atStart) || (state.Kind == Kind.End && atEnd))
            {
                open.Push(state.Next);
            }

            if (state.Kind == Kind.Fork)
            {
                open.Push(state.Other);
            }
        }

        return [.. seen.Where(s => states[s].Kind is Kind.Accept or Kind.Letter or Kind.End).Order()];
    }

    /// <returns>The state from which the tree is run.</returns>
    private int Build(ExpressionNode node, int next)
    {
        switch (node)
        {
            case ExpressionNode.Letter letter:
                return Add(new(Kind.Letter, letter.Test, next, -1));
            case ExpressionNode.Edge edge:
                return Add(new(edge.IsStart ? Kind.Start : Kind.End, null, next, -1));
            case ExpressionNode.Sequence sequence:
                return sequence.Parts.Reverse().Aggregate(next, (then, part) => Build(part, then));
            case ExpressionNode.Choice choice:
                return choice.Parts.Select(p => Build(p, next)).ToList().Aggregate((one, other) => Add(new(Kind.Fork, null, one, other)));
            case ExpressionNode.Repeat repeat:
                return BuildRepeat(repeat, next);
            default:
                throw new InvalidOperationException($"no states for {node.GetType().Name}");
        }
    }

    private int BuildRepeat(ExpressionNode.Repeat repeat, int next)
    {
        var at = next;
        if (repeat.Most is { } most)
        {
            for (var i = repeat.Least; i < most; i++)
            {
                at = Add(new(Kind.Fork, null, Build(repeat.Part, at), next));
            }
        }
        else
        {
            at = Add(new(Kind.Fork, null, next, next));
            states[at] = states[at] with { Next = Build(repeat.Part, at) };
        }

        for (var i = 0; i < repeat.Least; i++)
        {
            at = Build(repeat.Part, at);
        }

        return at;
    }

    private int Add(State state)
    {
        states.Add(state);
        return states.Count - 1;
    }

    private readonly record struct State(Kind Kind, CharacterTest? Test, int Next, int Other);
}
