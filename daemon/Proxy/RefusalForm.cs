using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Tidegate.Proxy;

/// <summary>
/// In which form a refusal's reason reaches a person. client-go reads discovery, OpenAPI and the version raw, and does not look for a <c>Status</c> there: it prints the
/// body of some codes when that is text, and a text of its own for the others; what it prints with every code is a <c>Warning</c> header beside JSON.
/// </summary>
/// <remarks>
/// Source: <c>k8s.io/client-go/rest/request.go</c> (transformResponse, newUnstructuredResponseError, handleWarnings), <c>k8s.io/apimachinery/pkg/api/errors/errors.go</c>
/// (NewGenericServerResponse), <c>k8s.io/client-go/discovery</c>.
/// </remarks>
internal static class RefusalForm
{
    private const int LongestWarning = 1000;

    private static readonly string[] Discovery = ["/api", "/apis"];

    private static readonly string[] ReadRaw = [.. Discovery, "/version", "/openapi/v2", "/openapi/v3"];

    /// <summary>Whether the client would not find the reason in a <c>Status</c>. The refusal of a watch is one of these, too.</summary>
    public static bool HidesStatus(HttpContext context) =>
        ClusterPath.TryParse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var target) && (IsReadRaw(target.Path) || IsWatch(target.Query));

    /// <summary>
    /// Whether to answer in plain text: where client-go prints it, and to whom accepts it. Its discovery says that it accepts JSON alone, and from 1.26 on reads text all
    /// the same; it is known by the form of the list that nobody else asks for. Before that it takes a 403 for a cluster without that API, and only a warning is seen.
    /// </summary>
    public static bool IsText(HttpContext context, int code)
    {
        if (!PrintsText(code) || !ClusterPath.TryParse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var target) || !IsReadRaw(target.Path))
        {
            return false;
        }

        var accept = context.Request.Headers.Accept.ToString();
        return Discovery.Contains(target.Path.TrimEnd('/'), StringComparer.Ordinal)
            ? accept.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal)
            : accept.Contains("*/*", StringComparison.Ordinal) || accept.Contains("text/", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The reason as a <c>Warning</c> header (RFC 9111, 5.5; code 299), one line of printable ASCII.</summary>
    public static string Warning(string message)
    {
        var text = new StringBuilder("299 - \"");
        foreach (var c in message.Length > LongestWarning ? message.AsSpan(0, LongestWarning) : message)
        {
            text.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                '\n' => " ",
                < ' ' or > '~' => "?",
                _ => c.ToString(),
            });
        }

        return text.Append('"').ToString();
    }

    private static bool PrintsText(int code) => code is
        StatusCodes.Status403Forbidden or StatusCodes.Status406NotAcceptable or StatusCodes.Status415UnsupportedMediaType
        or StatusCodes.Status500InternalServerError or StatusCodes.Status502BadGateway;

    private static bool IsReadRaw(string path) =>
        ReadRaw.Contains(path.TrimEnd('/'), StringComparer.Ordinal) || path.StartsWith("/openapi/v3/", StringComparison.Ordinal);

    private static bool IsWatch(string? query)
    {
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (pair.DecodeName().Span is "watch" && pair.DecodeValue().Span is not ("false" or "0"))
            {
                return true;
            }
        }

        return false;
    }
}
