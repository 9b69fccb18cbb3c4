using Tidegate.Values;

namespace Tidegate.State;

/// <summary>A validated <c>mtls</c> connector: certificate attributes that carry roles, for people without a <c>user</c> manifest.</summary>
internal sealed record MtlsConnector(string Name, EquatableList<AttributeMapping> Mappings, Origin Origin) : IResource
{
    public DateTimeOffset? Expires { get; init; }

    public override string ToString() => $"mtls/{Name}";
}

/// <summary>One line of <c>attributes_to_roles</c>.</summary>
/// <param name="Attribute"><c>organization</c>, <c>organizational_unit</c> or <c>common_name</c>.</param>
/// <param name="Value">A glob or <c>^…$</c> expression over the attribute's value, as in label selectors.</param>
/// <param name="Roles">Role names.</param>
internal sealed record AttributeMapping(string Attribute, string Value, EquatableList<string> Roles, Origin Origin);
