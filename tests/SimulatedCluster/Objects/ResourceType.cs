namespace Tidegate.Simulation.Objects;

/// <summary>One resource that the simulated API server serves, as discovery describes it.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Plural">Lower-case plural, as in URLs.</param>
internal sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced)
{
    public string[] ShortNames { get; init; } = [];

    public string[] Categories { get; init; } = [];

    public Subresource[] Subresources { get; init; } = [];

    /// <summary>Whether the type is a review: it can only be created and nothing is kept.</summary>
    public bool IsReview { get; init; }

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Singular => Kind.ToLowerInvariant();

    public string ListKind => Kind + "List";

    /// <summary>The name in messages: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public bool HasStatus => Array.Exists(Subresources, s => s.Name == "status");

    public string[] Verbs => IsReview
        ? ["create"]
        : ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
}

/// <summary>A subresource in discovery; <paramref name="Group"/> and <paramref name="Version"/> only where its kind lives elsewhere.</summary>
internal sealed record Subresource(string Name, string Kind, string[] Verbs, string? Group = null, string? Version = null);
