using Tidegate.Values;

namespace Tidegate.State;

/// <summary>Removals that wait until somebody confirms them. Everything else of the commit is in force, and so is what it would remove.</summary>
/// <param name="Revision">The commit that announced them; a later one that would remove the same, or less, leaves it.</param>
/// <param name="Resources">What would be removed, ordered by kind and name.</param>
/// <param name="Reason">What is suspicious, the end of a sentence that begins with the commit.</param>
internal sealed record HeldRemoval(Revision Revision, EquatableList<ResourceId> Resources, string Reason)
{
    /// <summary>Whether a resource stays in force although the commit does not want it any more.</summary>
    public bool Holds(string kind, string name) => Resources.Contains(new(kind, name));

    /// <summary>How the removals are confirmed, as a command.</summary>
    public string Confirmation => $"tidegate sync --confirm-removal={Revision.Short}";

    /// <summary>What would be removed, by name.</summary>
    /// <param name="most">How many are named; of the rest only the number is said.</param>
    public string Names(int most) =>
        string.Join(", ", Resources.Take(most)) + (Resources.Count > most ? $" and {Resources.Count - most} more" : "");

    /// <summary>The same of a commit of which nothing is in force, since it is of another source.</summary>
    public string OfOtherSource() =>
        $"commit {Revision.Short} \"{Revision.Subject}\" by {Revision.Author} {Reason}, and is of another source than what is in force: nothing of it is applied; "
        + $"check gitops_service.repository, or confirm it with {Confirmation}";

    /// <summary>The whole of it in one sentence, with the commit's author and subject and the remedy.</summary>
    public override string ToString() =>
        $"commit {Revision.Short} \"{Revision.Subject}\" by {Revision.Author} {Reason}: that part of it waits, the rest is in force; "
        + $"confirm it with {Confirmation}, or restore the manifests";
}
