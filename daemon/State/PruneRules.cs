namespace Tidegate.State;

/// <summary>What a commit may remove without anybody's confirmation.</summary>
/// <param name="MaxRemovedPercent">0 to 100, of the repository's registered clusters.</param>
/// <param name="AllowEmpty">Whether it may leave no cluster, or nobody with access.</param>
internal sealed record PruneRules(int MaxRemovedPercent, bool AllowEmpty);
