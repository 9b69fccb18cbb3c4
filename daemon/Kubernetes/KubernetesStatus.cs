using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tidegate.Kubernetes;

/// <summary>
/// Bodies of kind <c>Status</c> (<c>meta/v1</c>): what kubectl prints as <c>Error from server (Forbidden): …</c>. Always JSON, whatever <c>Accept</c> says, and
/// <c>code</c> is the HTTP status.
/// </summary>
internal static class KubernetesStatus
{
    // The body is no HTML; a quote in a message stays a quote for whoever reads the bytes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A failure.</summary>
    /// <param name="code">The HTTP status, which also gives the reason.</param>
    /// <param name="message">For the person.</param>
    public static byte[] Failure(int code, string message)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("kind", "Status");
            json.WriteString("apiVersion", "v1");
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteString("status", "Failure");
            json.WriteString("message", message);
            json.WriteString("reason", Reason(code));
            json.WriteNumber("code", code);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/types.go</c>, the StatusReason that belongs to each code.</summary>
    private static string Reason(int code) => code switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        408 => "Timeout",
        409 => "Conflict",
        413 => "RequestEntityTooLarge",
        429 => "TooManyRequests",
        502 or 503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "InternalError",
    };
}
