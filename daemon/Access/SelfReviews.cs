using Tidegate.Kubernetes;
using Tidegate.Resources;

namespace Tidegate.Access;

/// <summary>
/// The questions that people ask about themselves (<c>kubectl auth can-i</c>, <c>auth whoami</c>): open to everybody who may enter the cluster, unless a rule denies that
/// very kind. Source: Teleport v18.
/// </summary>
internal static class SelfReviews
{
    public const string AccessReviews = "selfsubjectaccessreviews";
    public const string RulesReviews = "selfsubjectrulesreviews";

    public static bool Is(RequestInfo request) =>
        request is { Verb: "create", Subresource: "", Name: "", Namespace: "" }
        && (IsOf(request, AccessReviews) || IsOf(request, RulesReviews) || request is { ApiGroup: "authentication.k8s.io", Resource: "selfsubjectreviews" });

    /// <summary>Whether it is a review of that kind of <c>authorization.k8s.io</c>.</summary>
    public static bool IsOf(RequestInfo request, string kind) => request.ApiGroup == "authorization.k8s.io" && request.Resource == kind;

    public static ResourceRule? DenyingRule(RequestInfo request, ResourceRules rules) =>
        rules.Deny.FirstOrDefault(r => r.Kind == request.Resource && r.ApiGroup.IsMatch(request.ApiGroup) && r.Verbs.HasFlag(ResourceVerbs.Create));
}
