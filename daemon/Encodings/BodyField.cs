namespace Tidegate.Encodings;

/// <summary>
/// A field of a request body that the gate reads. Fields that are not named are passed over unread, as kube-apiserver passes over what it does not know.
/// </summary>
/// <param name="Name">As JSON, YAML and CBOR write it.</param>
/// <param name="Number">As protobuf writes it; 0 for one that is no part of the message there. Source: the <c>generated.proto</c> files of <c>k8s.io/api</c>.</param>
/// <param name="Fields">What it holds; null for a text.</param>
internal sealed record BodyField(string Name, int Number, IReadOnlyList<BodyField>? Fields = null)
{
    /// <summary>A body of a kind with these fields beside <c>apiVersion</c> and <c>kind</c>.</summary>
    public static BodyField Body(params IReadOnlyList<BodyField> fields) => new("", 0, [new("apiVersion", 0), new("kind", 0), .. fields]);
}
