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
        List<PartialIdentity>? unattributed = null;
        List<PartialIdentity>? strangers = null;
        foreach (var document in documents)
        {
            var problems = new DocumentProblems(path);
            var resource = ReadDocument(document, new ManifestSource(path, revision), problems, out var unknown, out var isForeign);
            if (resource is not null)
            {
                resources.Add(resource);
            }
            else if (unknown is not null)
            {
                (isForeign ? strangers ??= [] : unattributed ??= []).Add(unknown);
            }

            // Of a document that is refused, how it would work is of no interest.
            var told = problems.Any ? problems.Found : problems.Warnings;
            if (told.Count > 0)
            {
                var name = resource is null ? null : $"{resource.Kind}/{resource.Name}";
                (found ??= []).AddRange(told.OrderBy(p => p.Line).ThenBy(p => p.Column).Select(p => p with { Resource = name }));
            }
        }

        return new FileResources(path, resources, found ?? []) { Unattributed = unattributed ?? [], Strangers = strangers ?? [] };
    }

    /// <summary>Every field that a manifest of one kind may have, as its reader reads it.</summary>
    public static FieldCatalog Fields(string kind) => FieldCatalog.Explore(new Dictionary<string, string> { ["kind"] = kind }, (text, catalog) =>
    {
        catalog.Required("kind");
        var problems = new DocumentProblems(kind, catalog);
        ReadManifest((YamlMapping)NodeParser.Parse(new DocumentText(text, 1), problems)!, new ManifestSource(kind, ""), problems);
    });

    private static FileResources Unreadable(string path, Place place, string error) =>
        new(path, [], [new Problem(path, place.Line, place.Column, "", error)]) { Unattributed = [PartialIdentity.Nothing] };

    /// <returns>The document's claim; null when it is empty or does not say which resource it is about.</returns>
    /// <param name="unattributed">What is legible of a document without a claim.</param>
    /// <param name="isForeign">Whether no resource of ours is meant, as far as its kind says.</param>
    private static DeclaredResource? ReadDocument(
        DocumentText document, ManifestSource source, DocumentProblems problems, out PartialIdentity? unattributed, out bool isForeign)
    {
        unattributed = null;
        isForeign = false;
        var node = NodeParser.Parse(document, problems);
        if (node is null or { IsNull: true })
        {
            unattributed = problems.Any ? PartialIdentity.Nothing : null;
            return null;
        }

        if (node is not YamlMapping root)
        {
            problems.Add(node.Place, "", $"a manifest is a mapping with kind, version, metadata and spec, and this is {node.Noun}");
            unattributed = PartialIdentity.Nothing;
            return null;
        }

        // A document that is no proper YAML is not judged further, it would give errors that are none.
        var value = problems.Any ? null : ReadManifest(root, source, problems);
        var identity = ManifestIdentity.Of(root);
        if (!identity.IsComplete)
        {
            (unattributed, isForeign) = (identity.Known, identity.IsForeign);
            return null;
        }

        return new DeclaredResource(
            identity.Known.Kind!, identity.Known.Name!, problems.Any ? null : value, identity.Place.Line, identity.Place.Column);
    }

    private static IResource? ReadManifest(YamlMapping root, ManifestSource source, DocumentProblems problems)
    {
        var fields = new FieldReader(root, "", problems);
        if (fields.Node("kind") is null)
        {
            RefuseWithoutKind(fields);
            return null;
        }

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
                var hint = Suggestion.For(kind, ResourceKind.All) is { } near
                    ? $"did you mean {near}?"
                    : $"known are {string.Join(", ", ResourceKind.All)}; leave other files out with .tidegateignore";
                fields.Refuse("kind", $"there is no kind \"{kind}\": {hint}");
                return null;
            default:
                return null;
        }

        fields.Ignore("sub_kind", "status", "scope");
        fields.Finish();
        return value;
    }

    /// <summary>Says it once: what else stands in a file of another tool is not ours to judge.</summary>
    private static void RefuseWithoutKind(FieldReader fields)
    {
        var misspelt = fields.Entries.FirstOrDefault(e => Suggestion.For(e.Key.Value, ["kind"]) is not null);
        if (misspelt.Key is { Value: not "kind" } key)
        {
            fields.Problems.Add(key.Place, key.Value, "there is no field of this name here: did you mean \"kind\"?");
        }
        else
        {
            fields.Refuse("kind", $"this field is required, one of {string.Join(", ", ResourceKind.All)}; a file that is no manifest is left out with .tidegateignore");
        }
    }
}
