using Tidegate.Kubernetes;

namespace Tidegate.Resources;

/// <summary>One thing that a request does to an object or a collection, in the terms of rules.</summary>
/// <param name="Kind">Plural name.</param>
/// <param name="Namespace">Empty for the whole cluster, or for a kind of the whole cluster.</param>
/// <param name="Name">The object; null when the request is about no single one, or its name is not known.</param>
internal sealed record ResourceAction(ResourceVerbs Verb, string ApiGroup, string Kind, string Namespace, string? Name)
{
    /// <summary>Whether it goes over the objects of a collection: list, watch, deletecollection.</summary>
    public bool IsCollection => Verb is ResourceVerbs.List or ResourceVerbs.Watch or ResourceVerbs.DeleteCollection;

    /// <summary>Where the objects live; <see cref="KindScope.Unknown"/> when the cluster has no such kind.</summary>
    public required KindScope Scope { get; init; }

    /// <summary>The beginning of the name that the cluster will make (<c>metadata.generateName</c>); null when the name is not made there.</summary>
    public string? GeneratedFrom { get; init; }

    /// <summary>Whether it stands for every object of the kind, in all namespaces: what it asks must be allowed for all of them.</summary>
    public bool IsAboutAll { get; init; }

    public bool IsAboutNamespaces => Kind == "namespaces" && ApiGroup.Length == 0;
}
