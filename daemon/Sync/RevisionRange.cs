namespace Tidegate.Sync;

/// <summary>What a plan compares: a revision with what is in force, or two revisions, written <c>FROM..TO</c> as for git diff; an end left out is <c>HEAD</c>.</summary>
/// <param name="From">Null: what is in force.</param>
/// <param name="To">Null: what a pass would take.</param>
internal sealed record RevisionRange(string? From, string? To)
{
    private const string Head = "HEAD";

    /// <returns>The range, or why a text is none.</returns>
    public static (RevisionRange? Range, string? Error) Parse(string? text)
    {
        if (text is null)
        {
            return (new(null, null), null);
        }

        // No name of git's can hold two dots.
        var parts = text.Split("..");
        return (text.Contains("...", StringComparison.Ordinal), parts) switch
        {
            (true, _) => (null, "A...B compares B with where it left A, and no gate was ever in that state: write A..B"),
            (_, [_]) => (new(null, text), null),
            (_, [var from, var to]) => (new(from.Length == 0 ? Head : from, to.Length == 0 ? Head : to), null),
            _ => (null, "a range has two ends: write A..B"),
        };
    }
}
