using System.Net;
using Tidegate.Filtering;

namespace Tidegate.Proxy;

/// <summary>
/// A collection of which somebody sees a part, or one object of it: how the cluster is asked, so that its answer can be filtered, and what becomes of the answer.
/// </summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Shows">What is shown.</param>
/// <param name="Asked">What the cluster is asked instead of what the client asked.</param>
internal sealed record FilteredExchange(AnswerKind Kind, ObjectVisibility Shows, FilterableRequest Asked)
{
    private AnswerForm? form;

    /// <summary>The answer on its way; null before there is one.</summary>
    public FilteredStream? Answer { get; private set; }

    /// <summary>How many objects were shown and withheld, for the record; null where that is about no collection, or there was no answer.</summary>
    public (long? Shown, long? Withheld)? Counts => Kind != AnswerKind.Object && Answer is { } answer ? (answer.Shown, answer.Withheld) : null;

    /// <summary>What becomes of a list that comes in pages; null where it is none.</summary>
    public ListPaging? Paging { get; init; }

    /// <summary>Whether an answer must be filtered: errors hold no objects, but those about a collection may name some.</summary>
    public bool Concerns(HttpResponseMessage response) => IsAnswer(response) || IsError(response);

    /// <returns>Why an answer cannot be filtered; null when it can.</returns>
    public string? Objection(HttpResponseMessage response)
    {
        var type = Header(response, "Content-Type");
        return FormOf(response) is null || !FilteredBody.CanDecode(EncodingOf(response))
            ? $"the cluster answered in a form that cannot be filtered ({(string.IsNullOrEmpty(type) ? "without a type" : type)}), and your roles show a part of this kind only"
            : null;
    }

    /// <summary>Puts the filter around the answer's body. The headers that describe the unfiltered body go.</summary>
    public void Wrap(HttpResponseMessage response)
    {
        var options = new FilterOptions(Asked.StripTableObjects, EncodingOf(response)) { Paging = Paging };
        form = FormOf(response)!.Value;
        var isAnswer = IsAnswer(response);
        response.Content = new WrappedContent(response.Content, inner =>
        {
            var filtered = FilteredBody.Create(inner, form.Value, Shows, options);
            Answer = isAnswer ? filtered : null;
            return filtered;
        });
    }

    /// <summary>Whether an answer has the form in which this list is read, so that both can become one.</summary>
    public bool IsAlike(HttpResponseMessage response) => FormOf(response) == form && FilteredBody.CanDecode(EncodingOf(response));

    /// <summary>The answer's <c>Content-Encoding</c>; null when there is none.</summary>
    public static string? EncodingOf(HttpResponseMessage response) => Header(response, "Content-Encoding");

    /// <summary>Whether a header of the answer describes the body before it was filtered.</summary>
    public static bool IsOutdated(string header) =>
        header.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Content-MD5", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Digest", StringComparison.OrdinalIgnoreCase)
        || header.Equals("ETag", StringComparison.OrdinalIgnoreCase);

    private AnswerForm? FormOf(HttpResponseMessage response) => FilteredBody.FormOf(Header(response, "Content-Type"), IsError(response) ? AnswerKind.Error : Kind);

    private static bool IsAnswer(HttpResponseMessage response) => response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NoContent;

    /// <summary>Plain text is what a server says that has not got to the collection.</summary>
    private bool IsError(HttpResponseMessage response) =>
        Kind != AnswerKind.Object && response.StatusCode >= HttpStatusCode.BadRequest
        && Header(response, "Content-Type") is { Length: > 0 } type && !type.StartsWith("text/", StringComparison.OrdinalIgnoreCase);

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Content.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
