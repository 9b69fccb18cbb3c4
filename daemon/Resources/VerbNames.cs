using System.Collections.Frozen;

namespace Tidegate.Resources;

/// <summary>The words for <see cref="ResourceVerbs"/>.</summary>
internal static class VerbNames
{
    private static readonly FrozenDictionary<string, ResourceVerbs> ByName = new Dictionary<string, ResourceVerbs>(StringComparer.Ordinal)
    {
        ["get"] = ResourceVerbs.Get,
        ["list"] = ResourceVerbs.List,
        ["watch"] = ResourceVerbs.Watch,
        ["create"] = ResourceVerbs.Create,
        ["update"] = ResourceVerbs.Update,
        ["patch"] = ResourceVerbs.Patch,
        ["delete"] = ResourceVerbs.Delete,
        ["deletecollection"] = ResourceVerbs.DeleteCollection,
        ["exec"] = ResourceVerbs.Exec,
        ["portforward"] = ResourceVerbs.PortForward,
        ["*"] = ResourceVerbs.All,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every verb that has a name, in the order in which they are listed, with its name.</summary>
    public static readonly IReadOnlyList<(ResourceVerbs Verb, string Name)> All =
        [.. ByName.Where(v => v.Value != ResourceVerbs.All).OrderBy(v => v.Value).Select(v => (v.Value, v.Key))];

    /// <summary>The verb of a request; <see cref="ResourceVerbs.Other"/> for one without a name here.</summary>
    public static ResourceVerbs OfRequest(string verb) => verb != "*" && ByName.TryGetValue(verb, out var known) ? known : ResourceVerbs.Other;

    /// <summary>The verbs of a rule; words that are none add nothing, since no request has them.</summary>
    public static ResourceVerbs OfRule(IEnumerable<string> verbs) => verbs.Aggregate(ResourceVerbs.None, (set, verb) => set | ByName.GetValueOrDefault(verb));

    /// <summary><c>*</c>, or the names.</summary>
    public static IReadOnlyList<string> Of(ResourceVerbs verbs) =>
        verbs == ResourceVerbs.All ? ["*"] : [.. All.Where(v => verbs.HasFlag(v.Verb)).Select(v => v.Name), .. verbs.HasFlag(ResourceVerbs.Other) ? ["other"] : Array.Empty<string>()];
}
