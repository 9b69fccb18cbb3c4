using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace Tidegate.Filtering;

/// <summary>Makes the streams that leave out what a person may not see.</summary>
internal static class FilteredBody
{
    public const string Json = "application/json";
    public const string Protobuf = "application/vnd.kubernetes.protobuf";

    /// <summary>The form of an answer.</summary>
    /// <param name="contentType">The answer's <c>Content-Type</c>.</param>
    /// <param name="asked">What the request asked for.</param>
    /// <returns>Null when such an answer cannot be filtered.</returns>
    public static AnswerForm? FormOf(string? contentType, AnswerKind asked)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || !IsUtf8(type))
        {
            return null;
        }

        // The cluster's own word counts too: both forms of a watch fail when they are read as a list.
        var isWatch = asked == AnswerKind.Watch || asked != AnswerKind.Error && type.Parameters.Any(p => p.Name.Value is "stream" or "type" && p.Value.Equals("watch", StringComparison.Ordinal));
        return type.MediaType.Value switch
        {
            { } json when json.Equals(Json, StringComparison.OrdinalIgnoreCase) => isWatch ? AnswerForm.JsonWatch : JsonFormOf(asked),
            { } protobuf when protobuf.Equals(Protobuf, StringComparison.OrdinalIgnoreCase) =>
                isWatch ? AnswerForm.ProtobufWatch : ProtobufFormOf(asked),
            _ => null,
        };
    }

    /// <summary>Whether an answer with this <c>Content-Encoding</c> can be read.</summary>
    public static bool CanDecode(string? contentEncoding) => IsPlain(contentEncoding) || IsGzip(contentEncoding);

    /// <param name="inner">The answer's body; the stream that comes back owns it.</param>
    /// <exception cref="UnfilterableAnswerException">The answer's encoding is none that <see cref="CanDecode"/> names.</exception>
    public static FilteredStream Create(Stream inner, AnswerForm form, ObjectVisibility shows, FilterOptions options)
    {
        if (!CanDecode(options.ContentEncoding))
        {
            throw new UnfilterableAnswerException($"the cluster's answer has the encoding '{options.ContentEncoding}', which cannot be filtered");
        }

        AnswerFilter filter = form switch
        {
            AnswerForm.JsonList => new JsonListFilter(shows, options.StripTableObjects, options.Paging?.Seal),
            AnswerForm.JsonObject => new JsonObjectFilter(shows, options.StripTableObjects),
            AnswerForm.ProtobufObject => new ProtobufObjectFilter(shows),
            AnswerForm.JsonStatus => new JsonStatusFilter(options.Paging?.Seal),
            AnswerForm.ProtobufStatus => new ProtobufStatusFilter(options.Paging?.Seal),
            AnswerForm.JsonWatch => new JsonWatchFilter(shows, options.StripTableObjects),
            AnswerForm.ProtobufList => new ProtobufListFilter(shows, options.Paging?.Seal),
            AnswerForm.ProtobufWatch => new ProtobufWatchFilter(shows),
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
        return new FilteredStream(Decoded(inner, options.ContentEncoding), filter, options.Paging);
    }

    /// <summary>An answer's body without its <c>Content-Encoding</c>, which is one that <see cref="CanDecode"/> names.</summary>
    public static Stream Decoded(Stream inner, string? contentEncoding) => IsGzip(contentEncoding) ? new GZipStream(inner, CompressionMode.Decompress) : inner;

    private static AnswerForm JsonFormOf(AnswerKind asked) => asked switch
    {
        AnswerKind.Object => AnswerForm.JsonObject,
        AnswerKind.Error => AnswerForm.JsonStatus,
        _ => AnswerForm.JsonList,
    };

    private static AnswerForm ProtobufFormOf(AnswerKind asked) => asked switch
    {
        AnswerKind.Object => AnswerForm.ProtobufObject,
        AnswerKind.Error => AnswerForm.ProtobufStatus,
        _ => AnswerForm.ProtobufList,
    };

    private static bool IsPlain(string? contentEncoding) =>
        string.IsNullOrWhiteSpace(contentEncoding) || contentEncoding.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static bool IsGzip(string? contentEncoding) => contentEncoding?.Trim().Equals("gzip", StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsUtf8(MediaTypeHeaderValue type) => !type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
