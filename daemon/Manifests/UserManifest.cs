using Tidegate.State;
using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary><c>user</c> v2: who it is and which roles; passwords, identities and devices of exported users mean nothing here.</summary>
internal static class UserManifest
{
    public static User? Read(FieldReader root, ManifestSource source)
    {
        var metadata = Metadata.Read(root, 2..2);
        if (root.RequiredMapping("spec") is not { } spec)
        {
            return null;
        }

        var written = spec.Texts("roles").DistinctBy(r => r.Text, StringComparer.Ordinal).Select(r => new WrittenValue("spec.roles", r.Text, r.Place.Line, r.Place.Column)).ToList();
        var traits = ReadTraits(spec);

        // The original keeps a user's own expiry in the spec too; the earlier of the two holds.
        var expires = Metadata.ReadTime(spec, "expires");
        spec.Ignore(
            "created_by", "github_identities", "oidc_identities", "saml_identities", "local_auth", "status", "trusted_device_ids",
            "password_state", "weakest_device");
        spec.Finish();
        return metadata is null ? null : new User(metadata.Name, [.. written.Select(w => w.Value)], traits, source.At(root.Place, written)) { Expires = Earlier(expires, metadata.Expires) };
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private static EquatableMap<EquatableList<string>> ReadTraits(FieldReader spec)
    {
        if (spec.Mapping("traits") is not { } traits)
        {
            return EquatableMap<EquatableList<string>>.Empty;
        }

        var map = new Dictionary<string, EquatableList<string>>(StringComparer.Ordinal);
        foreach (var (key, value) in traits.Entries)
        {
            if (value is not YamlSequence && !value.IsNull)
            {
                traits.Problems.Add(value.Place, traits.PathOf(key.Value), $"this must be a list (lines starting with \"- \"), and is {value.Noun}");
            }
            else
            {
                var items = (value as YamlSequence)?.Items ?? [];
                map.TryAdd(key.Value, FieldReader.TextsOf(items, traits.PathOf(key.Value), traits.Problems).Select(v => v.Text).ToEquatableList());
            }
        }

        return EquatableMap<EquatableList<string>>.From(map);
    }
}
