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
    /// <summary>The answer on its way; null before there is one.</summary>
    public FilteredStream? Answer { get; private set; }

    /// <summary>Whether an answer must be filtered: errors hold no objects.</summary>
    public static bool Concerns(HttpResponseMessage response) => response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NoContent;

    /// <returns>Why an answer cannot be filtered; null when it can.</returns>
    public string? Objection(HttpResponseMessage response)
    {
        var type = Header(response, "Content-Type");
        return FilteredBody.FormOf(type, Kind) is null || !FilteredBody.CanDecode(Header(response, "Content-Encoding"))
            ? $"the cluster answered in a form that cannot be filtered ({(string.IsNullOrEmpty(type) ? "without a type" : type)}), and your roles show a part of this kind only"
            : null;
    }

    /// <summary>Puts the filter around the answer's body. The headers that describe the unfiltered body go.</summary>
    public void Wrap(HttpResponseMessage response)
    {
        var options = new FilterOptions(Asked.StripTableObjects, Header(response, "Content-Encoding"));
        var form = FilteredBody.FormOf(Header(response, "Content-Type"), Kind)!.Value;
        response.Content = new WrappedContent(response.Content, inner => Answer = FilteredBody.Create(inner, form, Shows, options));
    }

    /// <summary>Whether a header of the answer describes the body before it was filtered.</summary>
    public static bool IsOutdated(string header) =>
        header.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Content-MD5", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Digest", StringComparison.OrdinalIgnoreCase)
        || header.Equals("ETag", StringComparison.OrdinalIgnoreCase);

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Content.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
