using System.Net;
using System.Text;

namespace Tidegate.Proxy;

/// <summary>
/// Recognises the answer of a cluster that does not let the gate's own account act for people: 403, whose text names what cannot be impersonated
/// (<c>k8s.io/apiserver/pkg/endpoints/filters/impersonation</c>). No person can be meant: nobody's request carries an impersonation of its own there.
/// </summary>
internal static class ImpersonationRefusal
{
    // A Status is a few hundred bytes in each of its forms, and the words stand in all of them as they are.
    private const int MostBytes = 16 * 1024;

    private static ReadOnlySpan<byte> Words => "cannot impersonate resource "u8;

    /// <summary>Looks at an answer, whose body can be read again afterwards.</summary>
    /// <returns>What the account may not impersonate, such as <c>users</c>; null when the answer is another one.</returns>
    public static async ValueTask<string?> ResourceAsync(ProxyExchange exchange, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.Forbidden || exchange.Request!.Subresource == "proxy")
        {
            return null;
        }

        var original = response.Content;
        var stream = await original.ReadAsStreamAsync(cancellationToken);
        var start = new byte[MostBytes];
        var read = await stream.ReadAtLeastAsync(start, MostBytes, throwOnEndOfStream: false, cancellationToken);
        var seen = new WrappedContent(original, rest => new ContinuedStream(start.AsMemory(0, read), rest));
        foreach (var (name, values) in original.Headers.NonValidated)
        {
            seen.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = seen;
        return Resource(start.AsSpan(0, read));
    }

    /// <summary>The word behind, which stands in quotes; in JSON each has a backslash before it.</summary>
    private static string? Resource(ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf(Words);
        if (at < 0)
        {
            return null;
        }

        var rest = body[(at + Words.Length)..].TrimStart("\\\""u8);
        var length = rest.IndexOfAnyExceptInRange((byte)'a', (byte)'z');
        return length > 0 ? Encoding.ASCII.GetString(rest[..length]) : "whom a request was made for";
    }
}
