using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// What one file of the repository declares, validated as far as one file can be. Depends on nothing but the file's path and content, so it
/// may be kept for (path, blob id) and built once.
/// </summary>
/// <param name="Resources">In the order of the file; rejected documents whose kind and name are known are among them.</param>
/// <param name="Problems">Everything wrong with the file.</param>
internal sealed record FileResources(string File, IReadOnlyList<DeclaredResource> Resources, IReadOnlyList<Problem> Problems)
{
    /// <summary>
    /// Documents that do not say which resource they are about: whatever of this file's earlier resources they may mean is not taken as removed.
    /// </summary>
    public IReadOnlyList<PartialIdentity> Unattributed { get; init; } = [];

    /// <summary>Documents whose kind is legible and resembles none of ours: most are other programs', and one that has a lock's name may be that lock.</summary>
    public IReadOnlyList<PartialIdentity> Strangers { get; init; } = [];

    /// <summary>A file that is there but is not read: nobody knows what it declares, so what came from it before stays.</summary>
    public static FileResources Unread(string file, IEnumerable<Problem> problems) => new(file, [], [.. problems]) { Unattributed = [PartialIdentity.Nothing] };
}

/// <summary>What is legible of a broken document's kind and name; null: not legible.</summary>
internal sealed record PartialIdentity(string? Kind, string? Name)
{
    /// <summary>Nothing is legible.</summary>
    public static readonly PartialIdentity Nothing = new(null, null);

    public bool MayMean(string kind, string name) => (Kind is null || Kind == kind) && (Name is null || Name == name);
}

/// <summary>One document's claim to a name.</summary>
/// <param name="Kind">One of <see cref="ResourceKind"/>.</param>
/// <param name="Value">The validated resource; a <see cref="HostCluster"/> when its kubeconfig is yet to be read; null when the document was rejected.</param>
/// <param name="Line">Where the name is written.</param>
internal sealed record DeclaredResource(string Kind, string Name, IResource? Value, int Line, int Column);
