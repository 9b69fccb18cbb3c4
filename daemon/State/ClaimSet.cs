namespace Tidegate.State;

/// <summary>Who claims a name. A rejected document claims its name as well, so that repairing it cannot change who is meant.</summary>
/// <param name="Others">The further documents with this name; null when the claim is clear.</param>
internal sealed record Claim(string File, DeclaredResource Resource, List<(string File, DeclaredResource Resource)>? Others);

/// <summary>The claims of all files, by kind and name.</summary>
internal sealed class ClaimSet
{
    private readonly Dictionary<string, Dictionary<string, Claim>> byKind;

    private ClaimSet() => byKind = ResourceKind.All.ToDictionary(k => k, _ => new Dictionary<string, Claim>(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>By file, the documents that do not say what they are about.</summary>
    public Dictionary<string, IReadOnlyList<PartialIdentity>> Unattributed { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether an illegible document of that file may be about this resource.</summary>
    public bool MayBeMeant(string file, string kind, string name) =>
        Unattributed.TryGetValue(file, out var documents) && documents.Any(d => d.MayMean(kind, name));

    public static ClaimSet Of(IReadOnlyList<FileResources> files)
    {
        var set = new ClaimSet();
        foreach (var file in files)
        {
            foreach (var resource in file.Resources)
            {
                set.Add(file.File, resource);
            }

            if (file.Unattributed.Count > 0)
            {
                set.Unattributed[file.File] = file.Unattributed;
            }
        }

        return set;
    }

    public IReadOnlyDictionary<string, Claim> Of(string kind) => byKind[kind];

    private void Add(string file, DeclaredResource resource)
    {
        var names = byKind[resource.Kind];
        if (names.TryAdd(resource.Name, new Claim(file, resource, null)))
        {
            return;
        }

        var first = names[resource.Name];
        if (first.Others is null)
        {
            first = names[resource.Name] = first with { Others = [] };
        }

        first.Others!.Add((file, resource));
    }
}
