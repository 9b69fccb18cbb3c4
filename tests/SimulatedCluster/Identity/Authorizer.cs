using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Identity;

/// <summary>RBAC over the role and binding objects of the store; <c>system:masters</c> may do everything.</summary>
internal sealed class Authorizer(ObjectStore store)
{
    public bool Allows(Caller caller, AccessQuestion question) => Why(caller, question) is not null;

    /// <summary>
    /// Why the caller may, in the words of plugin/pkg/auth/authorizer/rbac; empty where the group alone decides, null where nothing allows it.
    /// </summary>
    public string? Why(Caller caller, AccessQuestion question)
    {
        if (caller.Groups.Contains("system:masters"))
        {
            return "";
        }

        foreach ((JsonObject binding, JsonNode subject) in BindingsOf(caller, question.Namespace))
        {
            if (RoleOf(binding).Items("rules").OfType<JsonObject>().Any(rule => Covers(rule, question)))
            {
                return $"RBAC: allowed by {Describe(binding)} to {Describe(subject, binding.Namespace())}";
            }
        }

        return null;
    }

    /// <summary>Every rule that holds for the caller in a namespace; cluster-wide ones only if it is empty.</summary>
    public IEnumerable<JsonObject> RulesFor(Caller caller, string ns) =>
        BindingsOf(caller, ns).SelectMany(bound => RoleOf(bound.Binding).Items("rules").OfType<JsonObject>());

    /// <summary>The bindings that name the caller, each with the first subject that does.</summary>
    private IEnumerable<(JsonObject Binding, JsonNode Subject)> BindingsOf(Caller caller, string ns)
    {
        IEnumerable<JsonObject> bindings = store.List(ResourceTypes.ClusterRoleBindings, "").Items;
        if (ns.Length > 0)
        {
            bindings = bindings.Concat(store.List(ResourceTypes.RoleBindings, ns).Items);
        }

        foreach (JsonObject binding in bindings)
        {
            if (binding.Items("subjects").FirstOrDefault(subject => Names(subject, caller, binding.Namespace())) is { } subject)
            {
                yield return (binding, subject);
            }
        }
    }

    private JsonObject? RoleOf(JsonObject binding)
    {
        string name = binding.Text("roleRef", "name") ?? "";
        return binding.Text("roleRef", "kind") == "Role"
            ? store.Find(ResourceTypes.Roles, binding.Namespace(), name)
            : store.Find(ResourceTypes.ClusterRoles, "", name);
    }

    private static string Describe(JsonObject binding)
    {
        string name = binding.Namespace().Length > 0 ? $"{binding.Name()}/{binding.Namespace()}" : binding.Name();
        return $"{binding.Text("kind")} \"{name}\" of {binding.Text("roleRef", "kind")} \"{binding.Text("roleRef", "name")}\"";
    }

    private static string Describe(JsonNode subject, string bindingNamespace)
    {
        string kind = subject.Text("kind") ?? "";
        string name = subject.Text("name") ?? "";
        return kind == "ServiceAccount" ? $"{kind} \"{name}/{subject.Text("namespace") ?? bindingNamespace}\"" : $"{kind} \"{name}\"";
    }

    private static bool Names(JsonNode subject, Caller caller, string bindingNamespace)
    {
        string name = subject.Text("name") ?? "";
        return subject.Text("kind") switch
        {
            "User" => name == caller.User,
            "Group" => caller.Groups.Contains(name),
            "ServiceAccount" => caller.User == $"system:serviceaccount:{subject.Text("namespace") ?? bindingNamespace}:{name}",
            _ => false,
        };
    }

    private static bool Covers(JsonObject rule, AccessQuestion question)
    {
        if (!Has(rule, "verbs", question.Verb))
        {
            return false;
        }

        if (question.Path is { } path)
        {
            return rule.Items("nonResourceURLs").Select(u => u.GetValue<string>())
                .Any(u => u == path || (u.EndsWith('*') && path.StartsWith(u[..^1], StringComparison.Ordinal)));
        }

        return Has(rule, "apiGroups", question.Group)
            && (Has(rule, "resources", question.ResourceAndSubresource) || (question.Subresource.Length > 0 && Has(rule, "resources", $"*/{question.Subresource}")))
            && (rule["resourceNames"] is not JsonArray { Count: > 0 } names || names.Any(n => n!.GetValue<string>() == question.Name));
    }

    private static bool Has(JsonObject rule, string field, string value) =>
        rule.Items(field).Select(v => v.GetValue<string>()).Any(v => v == "*" || v == value);
}
