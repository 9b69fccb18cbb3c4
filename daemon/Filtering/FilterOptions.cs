namespace Tidegate.Filtering;

/// <summary>How one answer is read.</summary>
/// <param name="StripTableObjects">Whether each row's <c>object</c> becomes <c>null</c>, because the client asked for <c>includeObject=None</c>.</param>
/// <param name="ContentEncoding">The answer's <c>Content-Encoding</c>; null when there is none.</param>
internal sealed record FilterOptions(bool StripTableObjects, string? ContentEncoding)
{
    /// <summary>What becomes of a list that comes in pages; null: the client learns of no further ones.</summary>
    public ListPaging? Paging { get; init; }
}
