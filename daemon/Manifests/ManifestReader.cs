using Tidegate.State;
using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>
/// One file of the repository → validated resources, and what is wrong with the rest. Pure: the result depends on path and content only
/// (and carries the revision), so a blob is read once, whatever the configuration says; <see cref="DesiredStateBuilder"/> applies that.
/// </summary>
internal static class ManifestReader
{
    /// <summary>Documents in one file; more are a mistake or an attack.</summary>
    private const int MaxDocuments = 1000;

    public static FileResources Read(string path, ReadOnlyMemory<byte> content, string revision)
    {
        if (YamlText.Decode(content.Span, out var error, out var place) is not { } text)
        {
            return Unreadable(path, place, error);
        }

        var documents = DocumentText.Split(text);
        if (documents.Count > MaxDocuments)
        {
            return Unreadable(path, new Place(documents[MaxDocuments].FirstLine, 1), $"the file has more than {MaxDocuments} documents: split it");
        }

        var resources = new List<DeclaredResource>(documents.Count);
        List<Problem>? found = null;
        var hasUnknown = false;
        foreach (var document in documents)
        {
            var problems = new DocumentProblems(path);
            hasUnknown |= !ReadDocument(document, new ManifestSource(path, revision), problems, resources, out var resource);
            if (problems.Any)
            {
                (found ??= []).AddRange(problems.Found.OrderBy(p => p.Line).ThenBy(p => p.Column).Select(p => p with { Resource = resource }));
            }
        }

        return new FileResources(path, resources, found ?? []) { HasUnknownDocument = hasUnknown };
    }

    private static FileResources Unreadable(string path, Place place, string error) =>
        new(path, [], [new Problem(path, place.Line, place.Column, "", error)]) { HasUnknownDocument = true };

    /// <summary>False when the document does not say which resource it is about.</summary>
    private static bool ReadDocument(
        DocumentText document, ManifestSource source, DocumentProblems problems, List<DeclaredResource> resources, out string? resource)
    {
        resource = null;
        var node = NodeParser.Parse(document, problems);
        if (node is null or { IsNull: true })
        {
            return !problems.Any;
        }

        if (node is not YamlMapping root)
        {
            problems.Add(node.Place, "", $"a manifest is a mapping with kind, version, metadata and spec, and this is {node.Noun}");
            return false;
        }

        // A document that is no proper YAML is not judged further, it would give errors that are none.
        var identity = ManifestIdentity.Of(root);
        var value = problems.Any ? null : ReadManifest(root, identity, source, problems);
        if (identity is null)
        {
            return false;
        }

        resource = $"{identity.Kind}/{identity.Name}";
        resources.Add(new DeclaredResource(identity.Kind, identity.Name, problems.Any ? null : value, identity.Place.Line, identity.Place.Column));
        return true;
    }

    private static IResource? ReadManifest(YamlMapping root, ManifestIdentity? identity, ManifestSource source, DocumentProblems problems)
    {
        var fields = new FieldReader(root, "", problems);
        var kind = fields.RequiredText("kind");
        IResource? value = null;
        switch (kind)
        {
            case ResourceKind.KubeCluster:
                value = KubeClusterManifest.Read(fields, source);
                break;
            case ResourceKind.Role:
                value = RoleManifest.Read(fields, source);
                break;
            case ResourceKind.User:
                value = UserManifest.Read(fields, source);
                break;
            case ResourceKind.Mtls:
                value = MtlsManifest.Read(fields, source);
                break;
            case ResourceKind.Lock:
                value = LockManifest.Read(fields, source);
                break;
            case not null:
                var hint = Suggestion.For(kind, ResourceKind.All) is { } near ? $"did you mean {near}?" : $"known are {string.Join(", ", ResourceKind.All)}; leave other files out with .tidegateignore";
                fields.Refuse("kind", $"there is no kind \"{kind}\": {hint}");
                return null;
            default:
                fields.Ignore("version", "metadata", "spec");
                break;
        }

        fields.Ignore("sub_kind", "status", "scope");
        fields.Finish();
        return identity is null ? null : value;
    }
}
