using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tidegate.Kubernetes;

/// <summary>What a failure is about.</summary>
/// <param name="Group">API group, empty for the core group.</param>
/// <param name="Kind">The resource's plural name; Kubernetes calls it a kind here. Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/types.go</c>, StatusDetails.</param>
internal sealed record StatusDetails(string Name, string Group, string Kind);

/// <summary>
/// Bodies of kind <c>Status</c> (<c>meta/v1</c>): what kubectl prints as <c>Error from server (Forbidden): …</c>. Always JSON, whatever <c>Accept</c> says, and
/// <c>code</c> is the HTTP status.
/// </summary>
internal static class KubernetesStatus
{
    // The body is no HTML; a quote in a message stays a quote for whoever reads the bytes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A success, with code 200.</summary>
    public static byte[] Success(string message) => Encoding.UTF8.GetBytes(
        new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["message"] = message,
        }.ToJsonString());

    /// <summary>A failure.</summary>
    /// <param name="code">The HTTP status, which also gives the reason.</param>
    /// <param name="message">For the person.</param>
    public static byte[] Failure(int code, string message) => Failure(code, message, null);

    /// <summary>A failure that concerns one object, or objects of one kind.</summary>
    /// <param name="code">The HTTP status, which also gives the reason.</param>
    /// <param name="message">For the person.</param>
    /// <param name="details">For programs: client-go's callers look here for what was not found. What is empty is left out.</param>
    public static byte[] Failure(int code, string message, StatusDetails? details)
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
            if (details is not null)
            {
                Write(json, details);
            }

            json.WriteNumber("code", code);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, StatusDetails details)
    {
        json.WriteStartObject("details");
        foreach (var (name, value) in new[] { ("name", details.Name), ("group", details.Group), ("kind", details.Kind) })
        {
            if (value.Length > 0)
            {
                json.WriteString(name, value);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/types.go</c>, the StatusReason that belongs to each code.</summary>
    private static string Reason(int code) => code switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        406 => "NotAcceptable",
        408 => "Timeout",
        409 => "Conflict",
        410 => "Expired",
        413 => "RequestEntityTooLarge",
        415 => "UnsupportedMediaType",
        422 => "Invalid",
        429 => "TooManyRequests",
        502 or 503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "InternalError",
    };
}
