namespace Tidegate.Patterns;

/// <summary>A pattern as a tree, without what only captures and preferences are for.</summary>
internal abstract record ExpressionNode
{
    /// <summary>How many states it takes to run it.</summary>
    public abstract long Size { get; }

    internal sealed record Letter(CharacterTest Test) : ExpressionNode
    {
        public override long Size => 1;
    }

    /// <summary>The beginning of the text, or its end.</summary>
    internal sealed record Edge(bool IsStart) : ExpressionNode
    {
        public override long Size => 1;
    }

    internal sealed record Sequence(IReadOnlyList<ExpressionNode> Parts) : ExpressionNode
    {
        public override long Size { get; } = Parts.Sum(p => p.Size);
    }

    internal sealed record Choice(IReadOnlyList<ExpressionNode> Parts) : ExpressionNode
    {
        public override long Size { get; } = Parts.Sum(p => p.Size + 1);
    }

    /// <param name="Most">Null: any number.</param>
    internal sealed record Repeat(ExpressionNode Part, int Least, int? Most) : ExpressionNode
    {
        public override long Size { get; } = (Part.Size + 1) * (Most ?? (Least + 1));
    }
}
