namespace Tidegate.Encodings;

/// <summary>What an object's body says of the object itself. What it does not say is empty.</summary>
/// <param name="GenerateName">What the cluster makes a name of when there is none.</param>
/// <param name="ResourceVersion">Opaque.</param>
internal sealed record ObjectHead(string ApiVersion, string Kind, string Name, string GenerateName, string Namespace, string ResourceVersion)
{
    /// <summary>In protobuf every object's first field is its metadata. Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto</c>.</summary>
    private static readonly BodyField Fields =
        BodyField.Body(new BodyField("metadata", 1, [new("name", 1), new("generateName", 2), new("namespace", 3), new("resourceVersion", 6)]));

    /// <inheritdoc cref="BodyReader.Read"/>
    public static ObjectHead? Read(string? contentType, ReadOnlyMemory<byte> body, out BodyProblem? problem)
    {
        if (BodyReader.Read(contentType, body, Fields, out problem) is not { } found)
        {
            return null;
        }

        var metadata = found.Object("metadata");
        return new(
            found.Text("apiVersion"),
            found.Text("kind"),
            metadata?.Text("name") ?? "",
            metadata?.Text("generateName") ?? "",
            metadata?.Text("namespace") ?? "",
            metadata?.Text("resourceVersion") ?? "");
    }
}
