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
    /// <summary>Where single values stand of which it is judged only later whether they are good; most have none.</summary>
    public IReadOnlyList<WrittenValue> Values { get; init; } = [];

    /// <summary><c>file:line</c>, the form that audit records and messages use.</summary>
    public string Rule => Line > 0 ? $"{File}:{Line}" : File;

    /// <summary>The place of one value; the whole's, without a column, when nobody kept it.</summary>
    /// <param name="value">Empty for a field's only value.</param>
    public (int Line, int Column) PlaceOf(string field, string value = "")
    {
        foreach (var written in Values)
        {
            if (written.Field == field && written.Value == value)
            {
                return (written.Line, written.Column);
            }
        }

        return (Line, 0);
    }

    public bool Equals(Origin? other) => other is not null;

    public override int GetHashCode() => 0;
}

/// <summary>One value of a document and its place.</summary>
/// <param name="Field">Path of the field, without the index of a list's item, such as <c>spec.roles</c>.</param>
/// <param name="Value">The text as written; empty for a field that has only one value.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
internal readonly record struct WrittenValue(string Field, string Value, int Line, int Column);
