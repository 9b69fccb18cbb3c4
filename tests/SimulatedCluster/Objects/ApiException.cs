using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>An answer other than success, in the terms of a Kubernetes <c>Status</c>.</summary>
internal sealed class ApiException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code => code;

    /// <summary>The body where the answer is no Status, as for paths that no handler has.</summary>
    public string? PlainText { get; private init; }

    /// <summary>Where a list that is too old may go on all the same; empty: nowhere.</summary>
    public string Continue { get; private init; } = "";

    public JsonObject ToStatus()
    {
        JsonObject status = new()
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Continue.Length > 0 ? new JsonObject { ["continue"] = Continue } : [],
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (reason.Length > 0)
        {
            status["reason"] = reason;
        }

        if (details is not null)
        {
            status["details"] = details.DeepClone();
        }

        status["code"] = code;
        return status;
    }

    public static ApiException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.QualifiedName} \"{name}\" not found", Details(type, name));

    public static ApiException NoSuchResource() => new(404, "NotFound", "the server could not find the requested resource") { PlainText = "404 page not found\n" };

    public static ApiException AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.QualifiedName} \"{name}\" already exists", Details(type, name));

    public static ApiException Conflict(ResourceType type, string name) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {type.QualifiedName} \"{name}\": the object has been modified; please apply your changes to the latest version and try again",
        Details(type, name));

    /// <summary>A precondition of a delete that does not hold (apiserver, pkg/registry/rest/delete.go).</summary>
    public static ApiException Precondition(ResourceType type, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedName} \"{name}\": {why}", Details(type, name));

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Invalid(ResourceType type, string name, string message) =>
        new(422, "Invalid", $"{type.Kind} \"{name}\" is invalid: {message}", Details(type, name));

    public static ApiException Expired(string message, string next = "") => new(410, "Expired", message) { Continue = next };

    public static JsonObject Details(ResourceType type, string name)
    {
        JsonObject details = new() { ["name"] = name };
        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }

        details["kind"] = type.Plural;
        return details;
    }
}
