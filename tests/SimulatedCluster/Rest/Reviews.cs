using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Identity;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>The reviews: who am I, may I, what may I.</summary>
internal sealed class Reviews(Authorizer authorizer)
{
    public async Task AnswerAsync(HttpContext context, ResourceType type, Caller caller, RecordedRequest record)
    {
        JsonObject body = await RequestBody.ReadObjectAsync(context, record);
        JsonObject answer = new() { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = new JsonObject { ["creationTimestamp"] = null } };
        if (body["spec"] is { } spec)
        {
            answer["spec"] = spec.DeepClone();
        }

        answer["status"] = type.Kind switch
        {
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = UserInfo(caller) },
            "SelfSubjectRulesReview" => Rules(caller, body.Text("spec", "namespace") ?? ""),
            "SelfSubjectAccessReview" => Access(caller, body),
            _ => Access(Subject(body), body),
        };
        await Reply.ObjectAsync(context, 201, type, answer);
    }

    private static Caller Subject(JsonObject body) =>
        new(body.Text("spec", "user") ?? "", [.. body.Items("spec", "groups").Select(g => g.GetValue<string>())]);

    private static JsonObject UserInfo(Caller caller)
    {
        JsonObject info = new() { ["username"] = caller.User };
        if (caller.Uid.Length > 0)
        {
            info["uid"] = caller.Uid;
        }

        info["groups"] = new JsonArray([.. caller.Groups.Select(g => (JsonNode)g)]);
        if (caller.Extra.Count > 0)
        {
            JsonObject extra = [];
            foreach ((string key, IReadOnlyList<string> values) in caller.Extra)
            {
                extra[key] = new JsonArray([.. values.Select(v => (JsonNode)v)]);
            }

            info["extra"] = extra;
        }

        return info;
    }

    private JsonObject Access(Caller caller, JsonObject body)
    {
        AccessQuestion question = body.At("spec", "resourceAttributes") is { } r
            ? new AccessQuestion(
                r.Text("verb") ?? "",
                r.Text("group") ?? "",
                r.Text("resource") ?? "",
                r.Text("subresource") ?? "",
                r.Text("namespace") ?? "",
                r.Text("name") ?? "")
            : new AccessQuestion(body.Text("spec", "nonResourceAttributes", "verb") ?? "") { Path = body.Text("spec", "nonResourceAttributes", "path") ?? "" };
        if (authorizer.Why(caller, question) is not { } reason)
        {
            return new JsonObject { ["allowed"] = false };
        }

        JsonObject allowed = new() { ["allowed"] = true };
        if (reason.Length > 0)
        {
            allowed["reason"] = reason;
        }

        return allowed;
    }

    /// <summary>One rule per rule of each role, doubles and all: the API server leaves it to clients to put them together.</summary>
    private JsonObject Rules(Caller caller, string ns)
    {
        JsonArray resources = [];
        JsonArray paths = [];
        foreach (JsonObject rule in authorizer.RulesFor(caller, ns))
        {
            if (rule["resources"] is JsonArray { Count: > 0 })
            {
                resources.Add(Part(rule, "verbs", "apiGroups", "resources", "resourceNames"));
            }

            if (rule["nonResourceURLs"] is JsonArray { Count: > 0 })
            {
                paths.Add(Part(rule, "verbs", "nonResourceURLs"));
            }
        }

        return new JsonObject { ["resourceRules"] = resources, ["nonResourceRules"] = paths, ["incomplete"] = false };
    }

    private static JsonObject Part(JsonObject rule, params string[] fields) =>
        new(fields.Where(f => rule[f] is not null).Select(f => KeyValuePair.Create(f, rule[f]?.DeepClone())));
}
