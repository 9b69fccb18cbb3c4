namespace Tidegate.Encodings;

/// <summary>An action on objects, as a review asks about it. What the review does not say is empty; <c>*</c> is all.</summary>
internal sealed record ResourceAttributes(
    string Namespace, string Verb, string Group, string Version, string Resource, string Subresource, string Name);

/// <summary>An action on a path that belongs to no object.</summary>
internal sealed record NonResourceAttributes(string Path, string Verb);

/// <summary>
/// A <c>SelfSubjectAccessReview</c>: may I do this? It asks about objects or about a path, never about both. Selectors are not read: they
/// only narrow a question. Source: <c>k8s.io/api/authorization/v1/generated.proto</c>.
/// </summary>
/// <param name="ApiVersion">As the body has it; empty when it has none.</param>
internal sealed record AccessReview(string ApiVersion, ResourceAttributes? Resource, NonResourceAttributes? NonResource)
{
    private const string Kind = "SelfSubjectAccessReview";

    private static readonly BodyField Fields = BodyField.Body(new BodyField("spec", 2,
    [
        new("resourceAttributes", 1,
        [
            new("namespace", 1), new("verb", 2), new("group", 3), new("version", 4), new("resource", 5), new("subresource", 6), new("name", 7),
        ]),
        new("nonResourceAttributes", 2, [new("path", 1), new("verb", 2)]),
    ]));

    /// <inheritdoc cref="BodyReader.Read"/>
    public static AccessReview? Read(string? contentType, ReadOnlyMemory<byte> body, out BodyProblem? problem)
    {
        if (BodyReader.Read(contentType, body, Fields, out problem) is not { } found || !ReviewKind.Check(found, Kind, out problem))
        {
            return null;
        }

        var resource = found.Object("spec")?.Object("resourceAttributes");
        var path = found.Object("spec")?.Object("nonResourceAttributes");
        if (resource is null == path is null)
        {
            problem = new(422, $"{Kind} is invalid: spec must have exactly one of resourceAttributes and nonResourceAttributes");
            return null;
        }

        return new(found.Text("apiVersion"), Attributes(resource), path is null ? null : new(path.Text("path"), path.Text("verb")));
    }

    private static ResourceAttributes? Attributes(BodyObject? from) => from is null
        ? null
        : new(
            from.Text("namespace"),
            from.Text("verb"),
            from.Text("group"),
            from.Text("version"),
            from.Text("resource"),
            from.Text("subresource"),
            from.Text("name"));
}
