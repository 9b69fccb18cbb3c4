using System.Text;

namespace Tidegate.Upstream;

/// <summary>
/// Writes one header with several values as several lines. <see cref="SocketsHttpHandler"/> joins the values of a header with commas;
/// kube-apiserver never splits them again, so two groups in one line are one unknown group
/// (<c>k8s.io/apiserver/pkg/endpoints/filters/impersonation</c>). HTTP/1.1 only: HTTP/2 fields cannot hold a line break.
/// </summary>
/// <remarks>
/// The values travel through the handler joined by <see cref="Separator"/>, a private-use character that no header can carry (Kestrel is
/// set to Latin-1), and become <c>CRLF + name + ": "</c> on the wire. Everything else is Latin-1, so bytes pass as they came. Any CR, LF
/// or character beyond Latin-1 in a value is refused: it could forge a line.
/// </remarks>
internal sealed class HeaderLineEncoding : Encoding
{
    /// <summary>Stands between two values of one header on their way through the handler.</summary>
    public const char Separator = '\uE000';

    private readonly byte[] lineBreak;

    public HeaderLineEncoding(string headerName) => lineBreak = Latin1.GetBytes($"\r\n{headerName}: ");

    /// <summary>Joins values for the way through the handler.</summary>
    /// <exception cref="ArgumentException">A value holds the separator itself.</exception>
    public static string Join(IReadOnlyList<string?> values)
    {
        foreach (var value in values)
        {
            if (value?.Contains(Separator) == true)
            {
                throw new ArgumentException("A header value holds a character that cannot be sent.", nameof(values));
            }
        }

        return values.Count == 1 ? values[0] ?? "" : string.Join(Separator, values);
    }

    public override int GetByteCount(ReadOnlySpan<char> chars) => chars.Length + (chars.Count(Separator) * (lineBreak.Length - 1));

    public override int GetBytes(ReadOnlySpan<char> chars, Span<byte> bytes)
    {
        var written = 0;
        foreach (var c in chars)
        {
            if (c == Separator)
            {
                lineBreak.CopyTo(bytes[written..]);
                written += lineBreak.Length;
                continue;
            }

            bytes[written++] = c is '\r' or '\n' or '\0' or > '\u00FF'
                ? throw new InvalidOperationException("A header value holds a character that cannot be sent.")
                : (byte)c;
        }

        return written;
    }

    public override int GetByteCount(char[] chars, int index, int count) => GetByteCount(chars.AsSpan(index, count));

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        GetBytes(chars.AsSpan(charIndex, charCount), bytes.AsSpan(byteIndex));

    public override int GetMaxByteCount(int charCount) => charCount * lineBreak.Length;

    public override int GetCharCount(byte[] bytes, int index, int count) => Latin1.GetCharCount(bytes, index, count);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Latin1.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

    public override int GetMaxCharCount(int byteCount) => byteCount;
}
