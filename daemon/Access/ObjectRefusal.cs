using Tidegate.Kubernetes;
using Tidegate.Resources;

namespace Tidegate.Access;

/// <summary>
/// Refusals inside a cluster that the person may enter. The first line is the API server's own
/// (<c>k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go</c>), which tools look for; what follows says which rule it was, which a person may know of the own
/// roles, or how to ask.
/// </summary>
internal static class ObjectRefusal
{
    /// <param name="denying">The rule that denies it; null when no rule allows it.</param>
    public static AccessDenied Of(string user, ResourceAction action, RequestInfo request, ResourceRule? denying, ClusterAccess access) =>
        denying is not null ? ByRule(user, action, request, denying) : ByNobody(user, action, request, access);

    public static AccessDenied ByRule(string user, ResourceAction action, RequestInfo request, ResourceRule denying)
    {
        var rule = $"role {denying.Role} denies it ({Place(denying)})";
        return new($"{Forbidden(user, action, request)}\n{Sentence(rule)}", 403, rule, denying.Role, denying.Origin) { Action = action };
    }

    /// <summary>Nobody can say what a rule means for a kind that is not there.</summary>
    public static AccessDenied UnknownKind(string user, ResourceAction action, RequestInfo request)
    {
        var kind = Qualified(action);
        var reason = $"the cluster has no kind {kind} that the gate knows of, and your roles reach known kinds only";
        return new($"{Forbidden(user, action, request)}\n{Sentence(reason)}", 403, $"unknown kind {kind}", null, null) { Action = action };
    }

    public static AccessDenied Path(string user, RequestInfo request, ClusterAccess access)
    {
        var text = $"forbidden: User \"{user}\" cannot {request.Verb} path \"{request.Path}\"";
        const string reason = "the path is no resource, and only roles over all resources reach it";
        return new($"{text}\n{Sentence(reason)}", 403, $"{reason}; roles: {string.Join(", ", access.RoleNames)}", null, null);
    }

    private static AccessDenied ByNobody(string user, ResourceAction action, RequestInfo request, ClusterAccess access)
    {
        var roles = string.Join(", ", access.RoleNames);
        if (request.Verb.Length == 0)
        {
            var reason = $"the HTTP method {request.OtherMethod} has no verb in Kubernetes";
            return new(
                $"{Forbidden(user, action, request)}\n{Sentence(reason)} Only the verb * in \"kubernetes_resources\" covers it; your roles here ({roles}) do not have it for this.", 403, $"{reason}, and none of the roles {roles} has * for it", null, null)
            {
                Action = action,
            };
        }

        var hint = $"None of your roles here ({roles}) has an entry for it in \"kubernetes_resources\"; ask your administrator for one.";
        return new(
            $"{Forbidden(user, action, request)}\n{hint}\nCheck by running: {CanI(action, request)}",
            403,
            $"no entry of kubernetes_resources in the roles {roles} allows {Words(action, request)}",
            null,
            null)
        {
            Action = action,
        };
    }

    private static string Forbidden(string user, ResourceAction action, RequestInfo request)
    {
        var (verb, resource) = Asked(action, request);
        var which = action.Name is { Length: > 0 } name ? $"{Qualified(action)} \"{name}\"" : Qualified(action);
        var where = action.Namespace.Length > 0 ? $"in the namespace \"{action.Namespace}\"" : "at the cluster scope";
        var what = verb.Length > 0 ? verb : request.OtherMethod;
        return $"{which} is forbidden: User \"{user}\" cannot {what} resource \"{resource}\" in API group \"{action.ApiGroup}\" {where}";
    }

    /// <summary>The verb and resource in the API's own words.</summary>
    private static (string Verb, string Resource) Asked(ResourceAction action, RequestInfo request) =>
        action.Kind != request.Resource || action.ApiGroup != request.ApiGroup ? ("exec", action.Kind)
        : request.Subresource.Length > 0 ? (request.Verb, $"{request.Resource}/{request.Subresource}")
        : (action.Verb == ResourceVerbs.Create ? "create" : request.Verb, request.Resource);

    private static string CanI(ResourceAction action, RequestInfo request)
    {
        var (verb, resource) = Asked(action, request);
        var parts = resource.Split('/', 2);
        var kind = Qualified(action);
        var name = action.Name is { Length: > 0 } one ? "/" + one : "";
        var subresource = parts.Length == 2 ? $" --subresource={parts[1]}" : "";
        var ns = action.Scope != KindScope.Namespaced ? "" : action.Namespace.Length > 0 ? $" --namespace {action.Namespace}" : " --all-namespaces";
        return $"kubectl auth can-i {verb} {kind}{name}{subresource}{ns}";
    }

    private static string Words(ResourceAction action, RequestInfo request)
    {
        var (verb, resource) = Asked(action, request);
        var name = action.Name is { Length: > 0 } one ? $" {one}" : "";
        return $"{verb} {resource}{name}{(action.Namespace.Length > 0 ? $" in namespace {action.Namespace}" : "")}";
    }

    private static string Qualified(ResourceAction action) => action.ApiGroup.Length == 0 ? action.Kind : $"{action.Kind}.{action.ApiGroup}";

    private static string Place(ResourceRule rule) =>
        rule.Origin.Revision.Length == 0 ? rule.Origin.Rule : $"{rule.Origin.Rule}, commit {rule.Origin.Revision[..Math.Min(12, rule.Origin.Revision.Length)]}";

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
}
