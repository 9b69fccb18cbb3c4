using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.Resources;

/// <summary>
/// One rule over objects: an entry of <c>kubernetes_resources</c> with a person's traits filled in, in the terms of role v8 whatever version it was written in.
/// One entry can become several rules.
/// </summary>
/// <param name="Kind">Plural name, exactly, or <c>*</c>.</param>
/// <param name="ApiGroup">Matched against the request's group; empty is the core group.</param>
/// <param name="Namespace">Matched against the object's namespace, which is empty for kinds of the whole cluster.</param>
/// <param name="Name">Matched against the object's name.</param>
/// <param name="Role">The role that has the entry.</param>
/// <param name="Origin">The entry's line.</param>
internal sealed record ResourceRule(
    string Kind, LabelPattern ApiGroup, LabelPattern Namespace, LabelPattern Name, ResourceVerbs Verbs, string Role, Origin Origin)
{
    public const string Any = "*";

    /// <summary>Whether it concerns this kind.</summary>
    public bool IsAbout(string apiGroup, string kind) => (Kind == Any || Kind == kind) && ApiGroup.IsMatch(apiGroup);

    /// <summary>Whether it restricts nothing.</summary>
    public bool CoversAll => Kind == Any && ApiGroup.MatchesAll && Namespace.MatchesAll && Name.MatchesAll && Verbs == ResourceVerbs.All;
}
