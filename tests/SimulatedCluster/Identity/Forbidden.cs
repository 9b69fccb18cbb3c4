using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Identity;

/// <summary>The 403 in the API server's wording (apiserver, pkg/endpoints/handlers/responsewriters/errors.go).</summary>
internal static class Forbidden
{
    public static ApiException Error(Caller caller, AccessQuestion question)
    {
        if (question.Path is { } path)
        {
            return new ApiException(403, "Forbidden", $"forbidden: User \"{caller.User}\" cannot {question.Verb} path \"{path}\"", []);
        }

        string scope = question.Namespace.Length > 0 ? $"in the namespace \"{question.Namespace}\"" : "at the cluster scope";
        string qualified = question.Group.Length == 0 ? question.Resource : $"{question.Resource}.{question.Group}";
        string subject = question.Name.Length > 0 ? $"{qualified} \"{question.Name}\"" : qualified;
        JsonObject details = [];
        if (question.Name.Length > 0)
        {
            details["name"] = question.Name;
        }

        if (question.Group.Length > 0)
        {
            details["group"] = question.Group;
        }

        details["kind"] = question.Resource;
        return new ApiException(
            403,
            "Forbidden",
            $"{subject} is forbidden: User \"{caller.User}\" cannot {question.Verb} resource \"{question.ResourceAndSubresource}\" in API group \"{question.Group}\" {scope}",
            details);
    }
}
