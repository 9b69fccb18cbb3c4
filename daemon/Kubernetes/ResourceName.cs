namespace Tidegate.Kubernetes;

/// <summary>A resource as people name it to kubectl: <c>pods</c>, <c>deployments.apps</c>, <c>pods/log</c>.</summary>
/// <param name="ApiGroup">Empty for the core group.</param>
/// <param name="Scope"><see cref="KindScope.Unknown"/> when no kind has that name.</param>
internal sealed record ResourceName(string ApiGroup, string Plural, string Subresource, KindScope Scope)
{
    /// <summary>Finds the kind that is meant; without a group the core group comes first, then the others in ordinal order.</summary>
    /// <param name="text">Plural name, with the group behind a dot where that is needed.</param>
    /// <param name="kinds">The kinds that there are.</param>
    public static ResourceName Parse(string text, IEnumerable<(string ApiGroup, string Plural, KindScope Scope)> kinds)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (resource, subresource) = slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..]);
        var dot = resource.IndexOf('.', StringComparison.Ordinal);
        var (plural, group) = dot < 0 ? (resource, (string?)null) : (resource[..dot], resource[(dot + 1)..]);
        foreach (var kind in kinds.Where(k => k.Plural == plural && (group is null || k.ApiGroup == group)).OrderBy(k => k.ApiGroup, StringComparer.Ordinal))
        {
            return new(kind.ApiGroup, plural, subresource, kind.Scope);
        }

        return new(group ?? "", plural, subresource, KindScope.Unknown);
    }
}
