using Tidegate.Kubernetes;

namespace Tidegate.Resources;

/// <summary>
/// Request → what it does, in the terms of rules; all of it must be allowed. Source: Teleport, <c>lib/kube/proxy/url.go</c> (verbs, subresources count as
/// their object), with these differences, each stricter: <c>pods/proxy</c> and <c>services/proxy</c> reach a port and count as <c>portforward</c>;
/// <c>nodes/proxy</c> is the kubelet's API, which runs commands in every pod of the node; an eviction is a deletion; a server-side apply may create, and so may a PUT of some kinds; a stream that is
/// switched to on any other subresource counts as <c>exec</c>.
/// </summary>
internal static class RequestActions
{
    /// <param name="request">A resource request.</param>
    /// <param name="scope">Where objects of its kind live.</param>
    public static IReadOnlyList<ResourceAction> Of(RequestInfo request, KindScope scope)
    {
        if (request.Verb == "proxy" || request.Subresource == "proxy")
        {
            return Proxied(request, scope);
        }

        var action = Action(request, VerbOf(request), scope);
        return MayCreate(request, action.Verb) ? [action, action with { Verb = ResourceVerbs.Create }] : [action];
    }

    /// <summary>Whether it makes the object where there is none. No subresource does by PUT.</summary>
    private static bool MayCreate(RequestInfo request, ResourceVerbs verb) => verb switch
    {
        ResourceVerbs.Patch => request.IsApply,
        ResourceVerbs.Update => request.Subresource.Length == 0 && BuiltInKinds.IsMadeByPut(request.ApiGroup, request.Resource),
        _ => false,
    };

    private static ResourceVerbs VerbOf(RequestInfo request) => request.Subresource switch
    {
        "exec" or "attach" => ResourceVerbs.Exec,
        "portforward" => ResourceVerbs.PortForward,
        "eviction" when request.Verb == "create" => ResourceVerbs.Delete,
        not "" and not "log" when request.IsUpgrade => ResourceVerbs.Exec,
        _ => VerbNames.OfRequest(request.Verb),
    };

    private static ResourceAction Action(RequestInfo request, ResourceVerbs verb, KindScope scope)
    {
        // A namespace is its own namespace in the path, not an object in one.
        var isNamespace = request is { Resource: "namespaces", ApiGroup: "" } && request.Namespace == request.Name;
        return new(verb, request.ApiGroup, request.Resource, isNamespace ? "" : request.Namespace, NameOf(request))
        {
            Scope = scope,
            GeneratedFrom = request.Name.Length == 0 ? request.Body?.GenerateName : null,
        };
    }

    private static string? NameOf(RequestInfo request) =>
        request.Name.Length > 0 ? request.Name : request.Body is { Name.Length: > 0 } body ? body.Name : null;

    private static IReadOnlyList<ResourceAction> Proxied(RequestInfo request, KindScope scope)
    {
        var isCore = request.ApiGroup.Length == 0;
        return request.Resource switch
        {
            // [scheme:]name[:port]
            "pods" or "services" when isCore => [WithoutPort(Action(request, ResourceVerbs.PortForward, scope))],
            "nodes" when isCore =>
            [
                WithoutPort(Action(request, ResourceVerbs.Exec, scope)),
                new(ResourceVerbs.Exec, "", "pods", "", null) { Scope = KindScope.Namespaced, IsAboutAll = true },
            ],
            _ => [Action(request, ResourceVerbs.Other, scope)],
        };
    }

    /// <summary>A question about any of them names none. Source: <c>k8s.io/apimachinery/pkg/util/net SplitSchemeNamePort</c>.</summary>
    private static ResourceAction WithoutPort(ResourceAction action) => action with
    {
        Name = action.Name?.Split(':') is { Length: 2 or 3 } parts ? parts[^2] : action.Name,
    };
}
