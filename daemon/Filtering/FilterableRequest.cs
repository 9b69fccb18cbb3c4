using Microsoft.Extensions.Primitives;
using Tidegate.Kubernetes;

namespace Tidegate.Filtering;

/// <summary>What is asked of a cluster so that its answer can be filtered.</summary>
/// <param name="Accept">The only <c>Accept</c> line.</param>
/// <param name="RawQuery">The query, without question mark.</param>
/// <param name="StripTableObjects">Whether the rows' objects, which the client did not ask for, must be taken out again: without them nobody knows what a row is about.</param>
internal sealed record FilterableRequest(string Accept, string RawQuery, bool StripTableObjects)
{
    /// <summary>The message of the answer 406.</summary>
    public const string NotAcceptable =
        $"objects are filtered for you here, which is possible in {FilteredBody.Json} and {FilteredBody.Protobuf}; the request accepts neither";

    private const string IncludeObject = "includeObject";

    /// <param name="accept">The client's <c>Accept</c> lines.</param>
    /// <param name="rawQuery">The client's query, without question mark; may be empty.</param>
    /// <returns>Null when the client accepts nothing that can be filtered.</returns>
    public static FilterableRequest? From(StringValues accept, string rawQuery)
    {
        if (AcceptedForms.Filterable(accept) is not { } accepted)
        {
            return null;
        }

        var query = WithObjects(rawQuery);
        return new FilterableRequest(accepted, query, query != rawQuery);
    }

    /// <summary>
    /// Asks for each row's metadata where the client asked for no object. Only the first value counts, and a pair that Go's <c>url.ParseQuery</c> refuses is none.
    /// Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/conversion.go</c>.
    /// </summary>
    private static string WithObjects(string rawQuery)
    {
        foreach (var range in rawQuery.AsSpan().Split('&'))
        {
            var pair = rawQuery.AsSpan(range);
            if (pair.IsEmpty || pair.Contains(';'))
            {
                continue;
            }

            var equals = pair.IndexOf('=');
            var value = Unescape(equals < 0 ? default : pair[(equals + 1)..]);
            if (value is null || Unescape(equals < 0 ? pair : pair[..equals]) != IncludeObject)
            {
                continue;
            }

            var (start, length) = range.GetOffsetAndLength(rawQuery.Length);
            return value == "None" ? $"{rawQuery[..start]}{IncludeObject}=Metadata{rawQuery[(start + length)..]}" : rawQuery;
        }

        return rawQuery;
    }

    private static string? Unescape(ReadOnlySpan<char> text) => RequestPath.Unescape(text, plusIsSpace: true, anyBytes: true);
}
