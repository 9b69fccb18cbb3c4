namespace Tidegate.State;

/// <summary>Who claims a name. A rejected document claims its name as well, so that repairing it cannot change who is meant.</summary>
/// <param name="Others">The further documents with this name; null when the claim is clear.</param>
internal sealed record Claim(string File, DeclaredResource Resource, List<(string File, DeclaredResource Resource)>? Others);

/// <summary>The claims of all files, by kind and name.</summary>
internal sealed class ClaimSet
{
    private readonly Dictionary<string, Dictionary<string, Claim>> byKind;

    private ClaimSet() => byKind = ResourceKind.All.ToDictionary(k => k, _ => new Dictionary<string, Claim>(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Files in which a document does not say what it is about.</summary>
    public HashSet<string> UnknownFiles { get; } = new(StringComparer.Ordinal);

    public static ClaimSet Of(IReadOnlyList<FileResources> files)
    {
        var set = new ClaimSet();
        foreach (var file in files)
        {
            foreach (var resource in file.Resources)
            {
                set.Add(file.File, resource);
            }

            if (file.HasUnknownDocument)
            {
                set.UnknownFiles.Add(file.File);
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
