using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tidegate.Encodings;

/// <summary>Answers to reviews, as the cluster would write them. Always JSON. Source: <c>k8s.io/api/authorization/v1/types.go</c>.</summary>
internal static class ReviewAnswers
{
    public const string V1 = "authorization.k8s.io/v1";
    public const string V1Beta1 = "authorization.k8s.io/v1beta1";

    // The body is no HTML; a quote in a reason stays a quote for whoever reads the bytes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer no. It is final: <c>denied</c> says that nobody else need be asked.</summary>
    /// <param name="reason">For the person.</param>
    public static byte[] Denied(AccessReview review, string reason) => Write("SelfSubjectAccessReview", review.ApiVersion, json =>
    {
        json.WriteStartObject("spec");
        if (review.Resource is { } resource)
        {
            json.WriteStartObject("resourceAttributes");
            Text(json, "namespace", resource.Namespace);
            Text(json, "verb", resource.Verb);
            Text(json, "group", resource.Group);
            Text(json, "version", resource.Version);
            Text(json, "resource", resource.Resource);
            Text(json, "subresource", resource.Subresource);
            Text(json, "name", resource.Name);
            json.WriteEndObject();
        }

        if (review.NonResource is { } nonResource)
        {
            json.WriteStartObject("nonResourceAttributes");
            Text(json, "path", nonResource.Path);
            Text(json, "verb", nonResource.Verb);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("status");
        json.WriteBoolean("allowed", false);
        json.WriteBoolean("denied", true);
        Text(json, "reason", reason);
        json.WriteEndObject();
    });

    /// <summary>What somebody may do.</summary>
    /// <param name="apiVersion">As asked; empty for v1.</param>
    public static byte[] Rules(string apiVersion, RulesAnswer answer) => Write("SelfSubjectRulesReview", apiVersion, json =>
    {
        json.WriteStartObject("spec");
        json.WriteEndObject();
        json.WriteStartObject("status");
        json.WriteStartArray("resourceRules");
        foreach (var rule in answer.ResourceRules)
        {
            json.WriteStartObject();
            Texts(json, "verbs", rule.Verbs);
            TextsIfAny(json, "apiGroups", rule.ApiGroups);
            TextsIfAny(json, "resources", rule.Resources);
            TextsIfAny(json, "resourceNames", rule.ResourceNames);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("nonResourceRules");
        foreach (var rule in answer.NonResourceRules)
        {
            json.WriteStartObject();
            Texts(json, "verbs", rule.Verbs);
            TextsIfAny(json, "nonResourceURLs", rule.Paths);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("incomplete", answer.Incomplete);
        Text(json, "evaluationError", answer.EvaluationError);
        json.WriteEndObject();
    });

    private static byte[] Write(string kind, string apiVersion, Action<Utf8JsonWriter> content)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            json.WriteString("apiVersion", apiVersion.Length == 0 ? V1 : apiVersion);
            json.WriteStartObject("metadata");
            json.WriteNull("creationTimestamp");
            json.WriteEndObject();
            content(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void TextsIfAny(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            Texts(json, name, values);
        }
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
