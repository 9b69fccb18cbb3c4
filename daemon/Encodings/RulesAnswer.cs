using System.Text.Json;

namespace Tidegate.Encodings;

/// <summary>Verbs on objects. An empty list of names is all of them. <c>*</c> is all in every list.</summary>
internal sealed record ResourcePermission(
    IReadOnlyList<string> Verbs, IReadOnlyList<string> ApiGroups, IReadOnlyList<string> Resources, IReadOnlyList<string> ResourceNames);

/// <summary>Verbs on paths that belong to no object.</summary>
internal sealed record PathPermission(IReadOnlyList<string> Verbs, IReadOnlyList<string> Paths);

/// <summary>The status of a <c>SelfSubjectRulesReview</c>: what somebody may do, as far as the cluster can list it.</summary>
/// <param name="Incomplete">Whether more may be allowed than is listed.</param>
/// <param name="EvaluationError">Why the list may lack something; empty when nothing went wrong.</param>
internal sealed record RulesAnswer(
    IReadOnlyList<ResourcePermission> ResourceRules, IReadOnlyList<PathPermission> NonResourceRules, bool Incomplete, string EvaluationError)
{
    /// <summary>Reads a cluster's answer.</summary>
    /// <param name="body">JSON.</param>
    /// <exception cref="FormatException">It is no such answer.</exception>
    public static RulesAnswer Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var status = document.RootElement.GetProperty("status");
            return new(
                [.. Items(status, "resourceRules").Select(r => new ResourcePermission(
                    Texts(r, "verbs"), Texts(r, "apiGroups"), Texts(r, "resources"), Texts(r, "resourceNames")))],
                [.. Items(status, "nonResourceRules").Select(r => new PathPermission(Texts(r, "verbs"), Texts(r, "nonResourceURLs")))],
                status.TryGetProperty("incomplete", out var incomplete) && incomplete.GetBoolean(),
                status.TryGetProperty("evaluationError", out var error) ? error.GetString() ?? "" : "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("the cluster's answer is no SelfSubjectRulesReview", e);
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind != JsonValueKind.Null ? list.EnumerateArray() : [];

    private static List<string> Texts(JsonElement parent, string name) =>
        [.. Items(parent, name).Select(t => t.GetString() ?? throw new FormatException($"{name} holds a null"))];
}
