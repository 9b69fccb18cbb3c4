using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary><c>mtls</c> v1: certificate attributes that carry roles.</summary>
internal static class MtlsManifest
{
    private const int MaxMappings = 1000;

    private static readonly string[] Attributes = ["common_name", "organization", "organizational_unit"];

    public static MtlsConnector? Read(FieldReader root, ManifestSource source)
    {
        var metadata = Metadata.Read(root, 1..1);
        if (root.RequiredMapping("spec") is not { } spec)
        {
            return null;
        }

        var mappings = new List<AttributeMapping>();
        foreach (var entry in spec.Mappings("attributes_to_roles").Take(MaxMappings + 1))
        {
            if (mappings.Count == MaxMappings)
            {
                entry.Problems.Add(entry.Place, "spec.attributes_to_roles", $"a connector has at most {MaxMappings} mappings: use a pattern, or split the connector");
            }

            if (ReadMapping(entry, source) is { } mapping)
            {
                mappings.Add(mapping);
            }
        }

        if (spec.Node("attributes_to_roles") is null or YamlSequence { Items.Count: 0 })
        {
            spec.Refuse("attributes_to_roles", "the connector maps nothing: list at least one attribute with its roles");
        }

        spec.Ignore("display");
        spec.Finish();
        return metadata is null ? null : new MtlsConnector(metadata.Name, mappings.ToEquatableList(), source.At(root.Place)) { Expires = metadata.Expires };
    }

    private static AttributeMapping? ReadMapping(FieldReader entry, ManifestSource source)
    {
        entry.Problems.Catalog?.Note(entry.PathOf("name"), FieldShape.Value, bounds: string.Join(", ", Attributes));
        var name = entry.RequiredText("name");
        if (name is not null && !Attributes.Contains(name))
        {
            entry.Refuse("name", $"there is no attribute \"{name}\": known are {string.Join(", ", Attributes)}");
        }

        var value = entry.RequiredText("value");
        if (value is not null && LabelPattern.Compile(value, out var error) is null)
        {
            entry.Refuse("value", $"the expression is not valid: {error}");
        }

        var written = entry.Texts("roles").Select(r => new WrittenValue("spec.attributes_to_roles.roles", r.Text, r.Place.Line, r.Place.Column)).ToList();
        if (written.Count == 0 && !entry.Problems.Any)
        {
            entry.Refuse("roles", "name at least one role");
        }

        entry.Finish();
        return name is null || value is null ? null : new AttributeMapping(name, value, [.. written.Select(w => w.Value)], source.At(entry.Place, written));
    }
}
