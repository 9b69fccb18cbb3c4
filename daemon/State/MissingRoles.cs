using Tidegate.Values;

namespace Tidegate.State;

/// <summary>Finds users and connectors that name roles which do not exist: those grant nothing, and somebody expects that they do.</summary>
internal static class MissingRoles
{
    public static void Find(
        IEnumerable<User> users, IEnumerable<MtlsConnector> connectors, IReadOnlyDictionary<string, Role> roles, List<Problem> problems)
    {
        foreach (var user in users)
        {
            Check(user.Roles, user.Origin, "spec.roles", $"{ResourceKind.User}/{user.Name}", roles, problems);
        }

        foreach (var connector in connectors)
        {
            foreach (var mapping in connector.Mappings)
            {
                Check(mapping.Roles, mapping.Origin, "spec.attributes_to_roles.roles", $"{ResourceKind.Mtls}/{connector.Name}", roles, problems);
            }
        }
    }

    private static void Check(
        EquatableList<string> names, Origin origin, string field, string resource, IReadOnlyDictionary<string, Role> roles, List<Problem> problems)
    {
        foreach (var name in names.AsSpan())
        {
            if (!roles.ContainsKey(name))
            {
                var (line, column) = origin.PlaceOf(field, name);
                problems.Add(new Problem(origin.File, line, column, field, $"there is no role \"{name}\" in force: it grants nothing until there is one")
                {
                    Resource = resource,
                    IsWarning = true,
                });
            }
        }
    }
}
