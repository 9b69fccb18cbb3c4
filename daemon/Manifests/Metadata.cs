using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using Tidegate.Labels;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>The <c>metadata</c> of a manifest and its version. What exports add (<c>id</c>, <c>revision</c>, <c>namespace</c>) is ignored.</summary>
/// <param name="Version">The digits after the <c>v</c>.</param>
internal sealed partial record Metadata(int Version, string Name, LabelSet Labels, string Description, DateTimeOffset? Expires)
{
    private const int MaxNameLength = 255;

    // Teleport, lib/services: label keys.
    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._:*-");

    /// <summary>Null when something in it is wrong, or <paramref name="root"/>'s version is not one of <paramref name="versions"/>.</summary>
    public static Metadata? Read(FieldReader root, Range versions)
    {
        var version = ReadVersion(root, versions);
        if (root.RequiredMapping("metadata") is not { } fields)
        {
            return null;
        }

        var name = fields.RequiredText("name");
        if (name is not null && NameError(name) is { } error)
        {
            fields.Refuse("name", error);
        }

        var labels = ReadLabels(fields);
        var description = fields.Text("description") ?? "";
        var expires = ReadTime(fields, "expires");
        fields.Ignore("id", "revision", "namespace");
        fields.Finish();
        return name is null || version is null ? null : new Metadata(version.Value, name, labels, description, expires);
    }

    /// <summary>An RFC 3339 instant; null when absent, wrong (then noted), or Go's zero time, which exports write for "never".</summary>
    public static DateTimeOffset? ReadTime(FieldReader fields, string name)
    {
        if (fields.Text(name) is not { Length: > 0 } text)
        {
            return null;
        }

        if (Rfc3339().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time.Year == 1 ? null : time;
        }

        fields.Refuse(name, "this must be an instant such as 2030-12-31T23:59:59Z, with seconds and a time zone (RFC 3339)");
        return null;
    }

    private static int? ReadVersion(FieldReader root, Range versions)
    {
        root.Problems.Catalog?.Note(
            root.PathOf("version"), FieldShape.Value, bounds: versions.Start.Equals(versions.End) ? $"v{versions.Start}" : $"v{versions.Start} to v{versions.End}");
        if (root.RequiredText("version") is not { } text)
        {
            return null;
        }

        var (first, last) = (versions.Start.Value, versions.End.Value);
        if (text.Length == 2 && text[0] == 'v' && char.IsAsciiDigit(text[1]) && text[1] - '0' is var version && version >= first && version <= last)
        {
            return version;
        }

        root.Refuse("version", first == last
            ? $"there is no version \"{text}\" of this kind: write v{first}"
            : $"there is no version \"{text}\" of this kind: write v{first} to v{last}");
        return null;
    }

    private static string? NameError(string name)
    {
        if (name.Length > MaxNameLength)
        {
            return $"a name has at most {MaxNameLength} characters";
        }

        return name.AsSpan().Trim().Length != name.Length || name.Any(char.IsControl)
            ? "a name may not start or end with a space, nor hold control characters"
            : null;
    }

    private static LabelSet ReadLabels(FieldReader fields)
    {
        if (fields.Mapping("labels") is not { Entries.Count: > 0 } labels)
        {
            return LabelSet.Empty;
        }

        var pairs = new Dictionary<string, string>(labels.Entries.Count, StringComparer.Ordinal);
        foreach (var (key, value) in labels.Entries)
        {
            if (key.Value.Length == 0 || key.Value.AsSpan().IndexOfAnyExcept(KeyCharacters) >= 0)
            {
                labels.Problems.Add(key.Place, labels.PathOf(key.Value), "the key of a label has letters, digits and / . _ : * - only");
            }
            else if (FieldReader.TextOf(value, labels.PathOf(key.Value), labels.Problems) is { } text)
            {
                pairs.TryAdd(key.Value, text);
            }
        }

        return LabelSet.From(pairs);
    }

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[-+]\d\d:\d\d)\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Rfc3339();
}
