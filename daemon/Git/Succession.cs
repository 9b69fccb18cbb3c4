namespace Tidegate.Git;

/// <summary>How one commit came after another.</summary>
internal enum Succession
{
    /// <summary>The earlier one is an ancestor.</summary>
    Follows,

    /// <summary>It is an ancestor of the earlier one: somebody took commits back.</summary>
    GoesBack,

    /// <summary>The earlier one is in no history of it: it was force-pushed, or the branch is another one.</summary>
    Rewritten,

    /// <summary>The repository's history is cut off (a shallow clone), which hides the answer.</summary>
    Unknown,
}
