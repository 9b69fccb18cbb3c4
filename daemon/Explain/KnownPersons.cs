using Tidegate.Identity;
using Tidegate.Labels;
using Tidegate.Patterns;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Explain;

/// <summary>Somebody whom a state gives something.</summary>
/// <param name="Title">For people: the user, or which certificates.</param>
internal sealed record KnownPerson(string Title, ClientIdentity Identity);

/// <summary>
/// Everybody whom a state names: each user, and for each line of an <c>mtls</c> connector those whose certificate matches it, who need no user manifest.
/// </summary>
internal static class KnownPersons
{
    /// <summary>Stands for the common name of people who come by a connector, whatever it is. No rule names it.</summary>
    public const string CommonName = "<common name>";

    private const string AnyText = "<any>";

    /// <summary>Those of any of the states, in ordinal order of their titles.</summary>
    public static IReadOnlyList<KnownPerson> Of(params IReadOnlyCollection<DesiredState> states)
    {
        var users = states.SelectMany(s => s.Users.Keys).ToHashSet(StringComparer.Ordinal);
        var persons = new SortedDictionary<string, KnownPerson>(StringComparer.Ordinal);
        foreach (var name in users)
        {
            persons.Add(name, new(name, Identity(name, [], [])));
        }

        foreach (var mapping in states.SelectMany(s => s.Connectors.Values).SelectMany(c => c.Mappings))
        {
            var title = $"anybody with {mapping.Attribute}={mapping.Value}";
            if (!persons.ContainsKey(title) && HolderOf(mapping, users) is { } holder)
            {
                persons.Add(title, new(title, holder));
            }
        }

        return [.. persons.Values];
    }

    /// <summary>Who a person would be with a certificate.</summary>
    public static ClientIdentity Identity(string user, EquatableList<string> organizations, EquatableList<string> units) =>
        new(user, organizations, units, "", $"{user}\n{organizations}\n{units}", DateTimeOffset.MaxValue);

    /// <returns>Null when nobody can match, or only users who stand there by their names.</returns>
    private static ClientIdentity? HolderOf(AttributeMapping mapping, HashSet<string> users)
    {
        if (LabelPattern.Compile(mapping.Value, out _) is not { } pattern)
        {
            return null;
        }

        return mapping.Attribute switch
        {
            "organization" => Example(pattern, AnyText, []) is { } value ? Identity(CommonName, [value], []) : null,
            "organizational_unit" => Example(pattern, AnyText, []) is { } value ? Identity(CommonName, [], [value]) : null,
            _ => Example(pattern, CommonName, users) is { } value ? Identity(value, [], []) : null,
        };
    }

    /// <summary>A value that a pattern matches and that is not empty: one that reads as any value where there is one.</summary>
    /// <param name="but">Values that it must not be.</param>
    private static string? Example(LabelPattern pattern, string any, HashSet<string> but)
    {
        if (pattern.Literal is { } literal)
        {
            return but.Contains(literal) ? null : literal;
        }

        var readable = new[] { any, pattern.Text.Replace("*", AnyText, StringComparison.Ordinal) }.FirstOrDefault(pattern.IsMatch);
        return readable ?? new PatternLanguage().Partition([pattern, .. but.Where(pattern.IsMatch).Append("").Select(t => LabelPattern.Compile(t, out _)!)])
            .Classes.FirstOrDefault(c => c.Matching.Count == 1 && c.Matching[0] == pattern.Text)?.Witness;
    }
}
