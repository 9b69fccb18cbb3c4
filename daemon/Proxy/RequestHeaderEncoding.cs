using System.Text;

namespace Tidegate.Proxy;

/// <summary>
/// How the bytes of a client's headers become text: as Latin-1, so that they pass as they came. Two headers that the server itself reads and then rewrites or forgets are told to it in such a
/// way that it takes them as HTTP means them and the gate still sees all of them.
/// </summary>
internal abstract class RequestHeaderEncoding : Encoding
{
    private static readonly ConnectionLine Connection = new();

    private static readonly Length ContentLength = new();

    /// <summary>For <see cref="Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions.RequestHeaderEncodingSelector"/>.</summary>
    public static Encoding For(string header) =>
        header.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ? ContentLength
        : header.Equals("Connection", StringComparison.OrdinalIgnoreCase) ? Connection
        : Latin1;

    public override int GetCharCount(byte[] bytes, int index, int count) => Read(bytes.AsSpan(index, count)).Length;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        var text = Read(bytes);
        text.CopyTo(chars);
        return text.Length;
    }

    public override int GetByteCount(char[] chars, int index, int count) => throw new NotSupportedException();

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => throw new NotSupportedException();

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount + 1 + ConnectionLine.KeepAlive.Length;

    protected abstract string Read(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// The server replaces a Connection header that holds exactly one option of its own by that option, and what else it named is forgotten. So it gets to see two of its own or none, which it leaves:
    /// <c>keep-alive</c> stands beside <c>close</c> and <c>upgrade</c>, where it says nothing, and is left out where it stands alone, since HTTP/1.1 keeps connections anyway.
    /// </summary>
    private sealed class ConnectionLine : RequestHeaderEncoding
    {
        public const string KeepAlive = "keep-alive";

        protected override string Read(ReadOnlySpan<byte> bytes)
        {
            var options = Latin1.GetString(bytes).Split(',').Select(o => o.Trim(' ', '\t')).Where(o => o.Length > 0 && !Is(o, KeepAlive)).ToList();
            if (options.Exists(o => Is(o, "close") || Is(o, "upgrade")))
            {
                options.Add(KeepAlive);
            }

            return string.Join(',', options);
        }

        private static bool Is(string option, string known) => option.Equals(known, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The server takes whatever .NET takes for a number; HTTP has digits only (RFC 9110, 8.6). Anything else becomes what the server refuses.</summary>
    private sealed class Length : RequestHeaderEncoding
    {
        /// <summary>As many as the longest number of bytes has that the server can hold.</summary>
        private const int MostDigits = 19;

        protected override string Read(ReadOnlySpan<byte> bytes) =>
            bytes.IsEmpty || bytes.Length > MostDigits || bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? "-" : Latin1.GetString(bytes);
    }
}
