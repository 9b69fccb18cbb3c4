using Tidegate.Patterns;
using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Comparison;

/// <summary>Compares two sets of rules by what they decide about every object that could exist.</summary>
internal sealed class RuleSetComparison(PatternLanguage language)
{
    private readonly ObjectKinds objectKinds = new(language);

    public RuleSetDifference Compare(RuleSet before, RuleSet after)
    {
        var inexact = new List<PatternPartition>();
        var grids = objectKinds.Of([.. before.All, .. after.All], inexact).Select(k => new ObjectGrid(k, before, after, language, inexact)).ToList();
        var decisions = new List<DecisionDifference>();
        var causes = new List<CausedDifference>();
        foreach (var grid in grids)
        {
            var gained = Sum(grid.After, grid.Before);
            var lost = Sum(grid.Before, grid.After);
            if ((gained | lost) != 0)
            {
                decisions.Add(new(grid.Kind.ShownGroup, grid.Kind.ApiGroup, grid.Kind.Kind, gained, lost));
                causes.AddRange(CauseSearch.Of(grid, before, after));
            }
        }

        return new(
            decisions.ToEquatableList(),
            DifferenceLines.Of(causes, grids),
            inexact.Select(p => new InexactPatterns(p.Patterns)).Distinct().OrderBy(p => p.Patterns.ToString(), StringComparer.Ordinal).ToEquatableList());
    }

    private static ResourceVerbs Sum(ResourceVerbs[] has, ResourceVerbs[] hasNot) => has.Zip(hasNot, (a, b) => a & ~b).Aggregate(ResourceVerbs.None, (sum, v) => sum | v);
}

/// <summary>What two sets of rules decide differently.</summary>
internal sealed record RuleSetDifference(
    EquatableList<DecisionDifference> Decisions, EquatableList<AccessDifference> Lines, EquatableList<InexactPatterns> Inexact);
