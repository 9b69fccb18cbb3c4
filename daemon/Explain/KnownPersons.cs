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
    /// <summary>Stands for a name that nobody knows: people who come by a connector.</summary>
    private const string Anybody = "somebody";

    /// <summary>Those of any of the states, in ordinal order of their titles.</summary>
    public static IReadOnlyList<KnownPerson> Of(params IEnumerable<DesiredState> states)
    {
        var persons = new SortedDictionary<string, KnownPerson>(StringComparer.Ordinal);
        foreach (var state in states)
        {
            foreach (var name in state.Users.Keys)
            {
                persons.TryAdd(name, new(name, Identity(name, [], [])));
            }

            foreach (var mapping in state.Connectors.Values.SelectMany(c => c.Mappings))
            {
                var title = $"certificates with {mapping.Attribute}={mapping.Value}";
                if (!persons.ContainsKey(title) && Example(mapping.Value) is { } value)
                {
                    persons.Add(title, new(title, Holder(mapping.Attribute, value)));
                }
            }
        }

        return [.. persons.Values];
    }

    /// <summary>Who a person would be with a certificate.</summary>
    public static ClientIdentity Identity(string user, EquatableList<string> organizations, EquatableList<string> units) =>
        new(user, organizations, units, "", $"{user}\n{organizations}\n{units}", DateTimeOffset.MaxValue);

    private static ClientIdentity Holder(string attribute, string value) => attribute switch
    {
        "organization" => Identity(Anybody, [value], []),
        "organizational_unit" => Identity(Anybody, [], [value]),
        _ => Identity(value, [], []),
    };

    /// <summary>A value that a pattern matches; null when there is none.</summary>
    private static string? Example(string pattern)
    {
        if (LabelPattern.Compile(pattern, out _) is not { } compiled)
        {
            return null;
        }

        return compiled.Literal ?? new PatternLanguage().Partition([compiled]).Classes.FirstOrDefault(c => c.Matching.Contains(pattern))?.Witness;
    }
}
