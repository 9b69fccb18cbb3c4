namespace Tidegate.State;

/// <summary>What happens to a resource. Selection comes before comparison, so these three are all there are.</summary>
internal enum ChangeKind
{
    Create,
    Update,
    Delete,
}

/// <summary>One difference between two states.</summary>
/// <param name="ResourceKind"><c>kube_cluster</c>, <c>role</c>, <c>user</c>, <c>mtls</c> or <c>lock</c>.</param>
/// <param name="Details">For an update one line for each field that differs (<c>metadata.labels.env: dev -> prod</c>), secrets named and never shown; for others why, when the manifest itself did not come or go.</param>
internal sealed record Change(ChangeKind Kind, string ResourceKind, string Name, IReadOnlyList<string> Details);

/// <summary>The difference between the state in force and a desired one. Applying, printing and explaining are three uses of this value.</summary>
/// <param name="Changes">Deletions first, then by kind and name.</param>
internal sealed record Plan(IReadOnlyList<Change> Changes)
{
    public bool IsEmpty => Changes.Count == 0;
}
