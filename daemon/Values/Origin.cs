namespace Tidegate.Values;

/// <summary>
/// Where a value was written: a file of the repository (or of the host), a line, and the commit whose version is in force.
/// It travels with the value so that a decision can name the rule that made it, and it is no part of the value: all origins
/// compare equal, so that a manifest which only moved to another line or file is no change.
/// </summary>
/// <param name="File">Path relative to the repository's root, or an absolute path of the host.</param>
/// <param name="Line">First line, counted from 1; 0 when unknown.</param>
/// <param name="Revision">The full commit id, or the empty string for what comes from the host's own configuration.</param>
internal sealed record Origin(string File, int Line, string Revision)
{
    /// <summary><c>file:line</c>, the form that audit records and messages use.</summary>
    public string Rule => Line > 0 ? $"{File}:{Line}" : File;

    public bool Equals(Origin? other) => other is not null;

    public override int GetHashCode() => 0;
}
