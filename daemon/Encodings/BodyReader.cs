namespace Tidegate.Encodings;

/// <summary>Why a body was not read.</summary>
/// <param name="Code">The HTTP status to answer with: 400; 413 when the body is too long; 415 when it has a type that Kubernetes does not take; 422 when it can be
/// read and says nothing that makes sense.</param>
/// <param name="Message">For the person.</param>
internal sealed record BodyProblem(int Code, string Message);

/// <summary>
/// Reads fields from a request body in every encoding that kube-apiserver 1.36 takes for objects. The body itself is not changed; what is read is what every
/// reader reads, and a body that two readers could read differently is a problem.
/// </summary>
/// <remarks>
/// The type alone says which reader the cluster uses: it does not guess from the bytes, and without a type it reads JSON. Source:
/// <c>k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go</c>, NegotiateInputSerializer.
/// </remarks>
internal static class BodyReader
{
    /// <summary>The longest body that kube-apiserver takes, in bytes. Source: <c>k8s.io/apiserver/pkg/server/config.go</c>, MaxRequestBodyBytes.</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    /// <param name="contentType">The value of the request's one <c>Content-Type</c>; null or empty without one. Its parameters mean nothing.</param>
    /// <param name="body">Complete, as it goes to the cluster.</param>
    /// <param name="root">Made by <see cref="BodyField.Body"/>.</param>
    /// <param name="problem">Set when the result is null.</param>
    public static BodyObject? Read(string? contentType, ReadOnlyMemory<byte> body, BodyField root, out BodyProblem? problem)
    {
        problem = null;
        if (body.Length > MaxBytes)
        {
            problem = new(413, $"the body has more than the {MaxBytes} bytes that Kubernetes takes");
            return null;
        }

        try
        {
            switch (MediaType(contentType))
            {
                case "application/json":
                    return JsonBody.Read(body.Span, root);
                case "application/yaml":
                    return YamlBody.Read(body.Span, root);
                case "application/vnd.kubernetes.protobuf":
                    return ProtobufBody.Read(body.Span, root);
                case "application/cbor":
                    return CborBody.Read(body, root);
                default:
                    problem = new(415, "the body of the request was in an unknown format - accepted media types include: "
                        + "application/json, application/yaml, application/vnd.kubernetes.protobuf, application/cbor");
                    return null;
            }
        }
        catch (FormatException e)
        {
            problem = new(400, e.Message);
            return null;
        }
    }

    private static string MediaType(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return "application/json";
        }

        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? contentType : contentType[..end]).Trim(' ', '\t').ToLowerInvariant();
    }
}
