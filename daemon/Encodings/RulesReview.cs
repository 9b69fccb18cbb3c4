namespace Tidegate.Encodings;

/// <summary>A <c>SelfSubjectRulesReview</c>: what may I do in this namespace? Source: <c>k8s.io/api/authorization/v1/generated.proto</c>.</summary>
/// <param name="ApiVersion">As the body has it; empty when it has none.</param>
internal sealed record RulesReview(string ApiVersion, string Namespace)
{
    private const string Kind = "SelfSubjectRulesReview";

    private static readonly BodyField Fields = BodyField.Body(new BodyField("spec", 2, [new("namespace", 1)]));

    /// <inheritdoc cref="BodyReader.Read"/>
    public static RulesReview? Read(string? contentType, ReadOnlyMemory<byte> body, out BodyProblem? problem)
    {
        if (BodyReader.Read(contentType, body, Fields, out problem) is not { } found || !ReviewKind.Check(found, Kind, out problem))
        {
            return null;
        }

        return new(found.Text("apiVersion"), found.Object("spec")?.Text("namespace") ?? "");
    }
}

/// <summary>Whether a body is of the kind that its path promises. Kubernetes fills in a kind or version that is left out, and refuses another.</summary>
internal static class ReviewKind
{
    public static bool Check(BodyObject found, string kind, out BodyProblem? problem)
    {
        var (version, said) = (found.Text("apiVersion"), found.Text("kind"));
        problem = (said.Length == 0 || said == kind) && version is "" or ReviewAnswers.V1 or ReviewAnswers.V1Beta1
            ? null
            : new(400, $"the body must be a {kind} of authorization.k8s.io, and is a {said} of {version}");
        return problem is null;
    }
}
