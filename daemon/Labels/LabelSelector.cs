using Tidegate.Values;

namespace Tidegate.Labels;

/// <summary>
/// Labels as a selector: what <c>kubernetes_service.resources</c> and a role's <c>kubernetes_labels</c> hold. Every key must be there with a value
/// that one of its patterns matches. Source: Teleport, <c>lib/services/role.go MatchLabels</c>.
/// </summary>
/// <remarks>
/// <c>'*': '*'</c> matches every set, also an empty one and whatever other keys say; a key is never a pattern; the value <c>*</c> asks only
/// that the key is there; no keys at all match nothing.
/// </remarks>
internal sealed class LabelSelector
{
    private const string Any = "*";

    private readonly Requirement[] requirements;

    private LabelSelector(bool matchesAll, Requirement[] requirements)
    {
        MatchesAll = matchesAll;
        this.requirements = requirements;
    }

    /// <summary>Whether it is <c>'*': '*'</c>.</summary>
    public bool MatchesAll { get; }

    /// <summary>Compiles a selector.</summary>
    /// <returns>Null, and why, when one of its expressions is not valid.</returns>
    public static LabelSelector? Compile(EquatableMap<EquatableList<string>> labels, out string? error)
    {
        error = null;
        var requirements = new Requirement[labels.Count];
        var count = 0;
        foreach (var (key, values) in labels)
        {
            var patterns = new LabelPattern[values.Count];
            for (var i = 0; i < values.Count; i++)
            {
                if (LabelPattern.Compile(values[i], out error) is not { } pattern)
                {
                    return null;
                }

                patterns[i] = pattern;
            }

            requirements[count++] = new(key, values.Contains(Any), patterns);
        }

        return new(labels.TryGetValue(Any, out var any) && any.Count == 1 && any[0] == Any, requirements);
    }

    public bool Matches(LabelSet labels)
    {
        if (MatchesAll)
        {
            return true;
        }

        foreach (var requirement in requirements)
        {
            if (!requirement.IsMet(labels))
            {
                return false;
            }
        }

        return requirements.Length > 0;
    }

    private sealed record Requirement(string Key, bool AnyValue, LabelPattern[] Patterns)
    {
        public bool IsMet(LabelSet labels) =>
            labels.TryGetValue(Key, out var value) && (AnyValue || Array.Exists(Patterns, p => p.IsMatch(value)));
    }
}
