using Tidegate.Resources;

namespace Tidegate.Comparison;

/// <summary>The rules of one person on one cluster.</summary>
internal sealed record RuleSet(IReadOnlyList<ResourceRule> Allow, IReadOnlyList<ResourceRule> Deny)
{
    /// <summary>That of somebody who may not enter.</summary>
    public static readonly RuleSet Empty = new([], []);

    public IEnumerable<ResourceRule> All => Allow.Concat(Deny);
}
