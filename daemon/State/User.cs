using Tidegate.Values;

namespace Tidegate.State;

/// <summary>A validated <c>user</c>.</summary>
/// <param name="Name">The common name of the person's certificate.</param>
/// <param name="Roles">Role names; a name that no role carries grants nothing.</param>
/// <param name="Traits">Values for role templates.</param>
internal sealed record User(string Name, EquatableList<string> Roles, EquatableMap<EquatableList<string>> Traits, Origin Origin) : IResource
{
    public DateTimeOffset? Expires { get; init; }

    public override string ToString() => $"user/{Name}";
}
