using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tidegate.Kubernetes;

/// <summary>Decodes a raw path as Go's <c>net/url</c> does, and refuses what could be read in two ways.</summary>
internal static class RequestPath
{
    private static readonly SearchValues<char> NeedsCare = SearchValues.Create("%.");

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>The decoded path, or why it is refused.</returns>
    public static (string? Path, string? Refusal) Decode(string rawPath)
    {
        if (!rawPath.StartsWith('/'))
        {
            return (null, "the path does not begin with a slash");
        }

        if (rawPath.AsSpan().ContainsAnyExceptInRange('!', '~') || rawPath.AsSpan().ContainsAny('?', '#'))
        {
            return (null, "the path holds a character that must be percent-encoded");
        }

        if (!rawPath.AsSpan().ContainsAny(NeedsCare) && !rawPath.Contains("//", StringComparison.Ordinal))
        {
            return (rawPath, null);
        }

        var segments = rawPath[1..].Split('/');
        var decoded = new string[segments.Length];
        var proxied = false;
        for (var i = 0; i < segments.Length; i++)
        {
            if (Unescape(segments[i], plusIsSpace: false, anyBytes: proxied) is not { } segment)
            {
                return (null, $"the path segment '{segments[i]}' has a broken percent-encoding");
            }

            if (Objection(segment, isLast: i == segments.Length - 1, proxied) is { } objection)
            {
                return (null, $"the path segment '{segments[i]}' {objection}");
            }

            decoded[i] = segment;
            proxied |= segment == "proxy" && IsProxySubresource(decoded.AsSpan(0, i + 1));
        }

        return ("/" + string.Join('/', decoded), null);
    }

    /// <summary>Undoes percent-encoding of ASCII text.</summary>
    /// <param name="anyBytes">Whether bytes that are not UTF-8 become U+FFFD; Go keeps them as they are.</param>
    /// <returns>Null when an escape is broken, or the bytes are not UTF-8 and must be.</returns>
    public static string? Unescape(ReadOnlySpan<char> text, bool plusIsSpace, bool anyBytes)
    {
        if (text.IndexOfAny('%', '+') < 0)
        {
            return text.ToString();
        }

        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                {
                    return null;
                }

                bytes.Add(value);
                i += 2;
            }
            else if (!char.IsAscii(text[i]))
            {
                return null;
            }
            else
            {
                bytes.Add(text[i] == '+' && plusIsSpace ? (byte)' ' : (byte)text[i]);
            }
        }

        try
        {
            return (anyBytes ? Encoding.UTF8 : StrictUtf8).GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? Objection(string segment, bool isLast, bool proxied)
    {
        if (segment is "." or "..")
        {
            return "is a dot segment, which servers resolve differently";
        }

        if (segment.AsSpan().IndexOfAnyInRange('\0', '\x1F') >= 0 || segment.Contains('\x7F', StringComparison.Ordinal))
        {
            return "holds an encoded control character";
        }

        if (proxied)
        {
            return segment.Split('/').Any(s => s is "." or "..") ? "hides a dot segment, which servers resolve differently" : null;
        }

        if (segment.Contains('/', StringComparison.Ordinal))
        {
            return "holds an encoded slash, which servers split differently";
        }

        return segment.Length == 0 && !isLast ? "is empty: '//' is read differently by different servers" : null;
    }

    /// <summary>Whether a path ends in the <c>proxy</c> of <c>…/pods/NAME/proxy</c>, <c>services/NAME/proxy</c> or <c>nodes/NAME/proxy</c>.</summary>
    private static bool IsProxySubresource(ReadOnlySpan<string> segments) =>
        segments.Length >= 5 && segments[0] == "api" && segments[^3] is "pods" or "services" or "nodes"
        && (segments.Length == 5 || (segments.Length == 7 && segments[2] == "namespaces"));
}
