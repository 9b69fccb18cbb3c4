namespace Tidegate.State;

/// <summary>Who claims a name. A rejected document claims its name as well, so that repairing it cannot change who is meant.</summary>
/// <param name="Others">The further documents with this name; null when the claim is clear.</param>
internal sealed record Claim(string File, DeclaredResource Resource, List<(string File, DeclaredResource Resource)>? Others);

/// <summary>The claims of all files, by kind and name.</summary>
internal sealed class ClaimSet
{
    private readonly Dictionary<string, Dictionary<string, Claim>> byKind;

    /// <summary>By file, or by the folder that cannot be looked into, the documents that do not say what they are about.</summary>
    private readonly SortedDictionary<string, IReadOnlyList<PartialIdentity>> unattributed = new(StringComparer.Ordinal);

    /// <summary>Those of them that say a name, by it.</summary>
    private readonly Dictionary<string, List<(string File, PartialIdentity Document)>> named = new(StringComparer.Ordinal);

    private readonly SortedDictionary<string, IReadOnlyList<PartialIdentity>> strangers = new(StringComparer.Ordinal);

    private ClaimSet() => byKind = ResourceKind.All.ToDictionary(k => k, _ => new Dictionary<string, Claim>(StringComparer.Ordinal), StringComparer.Ordinal);

    public static ClaimSet Of(IReadOnlyList<FileResources> files)
    {
        var set = new ClaimSet();
        foreach (var file in files)
        {
            foreach (var resource in file.Resources)
            {
                set.Add(file.File, resource);
            }

            set.AddUnclear(file);
        }

        return set;
    }

    /// <summary>Whether there is any document that does not say what it is about.</summary>
    public bool HasUnattributed => unattributed.Count > 0;

    public IReadOnlyDictionary<string, Claim> Of(string kind) => byKind[kind];

    /// <summary>
    /// The file with an illegible document that is about this resource: where the resource was, a folder above that cannot be looked into any more, or any file that
    /// says its name. Null when there is none.
    /// </summary>
    /// <param name="file">Where the resource was.</param>
    public string? MeantBy(string file, string kind, string name)
    {
        for (var path = file; path.Length > 0; path = Parent(path))
        {
            if (unattributed.TryGetValue(path, out var documents) && documents.Any(d => d.MayMean(kind, name)))
            {
                return path;
            }
        }

        return named.GetValueOrDefault(name)?.Where(n => n.Document.MayMean(kind, name)).Select(n => n.File).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>The first file of which nobody can say that it does not hold a resource of this kind, whatever its name; null when there is none.</summary>
    public string? MayHide(string kind) => unattributed.FirstOrDefault(f => f.Value.Any(d => d.Kind is null || d.Kind == kind)).Key;

    /// <summary>The first file with a document of an unknown kind that has this name.</summary>
    public string? StrangerNamed(string name) => strangers.FirstOrDefault(f => f.Value.Any(d => d.Name == name)).Key;

    private static string Parent(string path) => path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "";

    private void AddUnclear(FileResources file)
    {
        if (file.Unattributed.Count > 0)
        {
            unattributed[file.File] = file.Unattributed;
            foreach (var document in file.Unattributed.Where(d => d.Name is not null))
            {
                (named.TryGetValue(document.Name!, out var all) ? all : named[document.Name!] = []).Add((file.File, document));
            }
        }

        if (file.Strangers.Count > 0)
        {
            strangers[file.File] = file.Strangers;
        }
    }

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
