using System.Globalization;
using System.Net.Security;
using System.Text;
using Tidegate.Benchmarks.Programs;

namespace Tidegate.Benchmarks.Load;

/// <summary>One HTTP/1.1 connection that asks for one path in one form and reads chunked answers (RFC 9112, 7.1). Allocates nothing per request.</summary>
internal sealed class ChunkedClient : IDisposable
{
    private readonly Connection connection;
    private readonly byte[] request;
    private readonly byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private int left;

    // A chunk was read to its end, and the line break behind it was not.
    private bool isBeforeBreak;

    public ChunkedClient(Target target, string path, string accept)
    {
        connection = Dialer.Dial(target, SslApplicationProtocol.Http11);
        var authorization = target.Authorization is { } value ? $"Authorization: {value}\r\n" : "";
        request = Encoding.ASCII.GetBytes(
            $"GET {target.Prefix}{path} HTTP/1.1\r\nHost: localhost:{target.Port}\r\nUser-Agent: kubectl/v1.32.0 (linux/amd64) kubernetes/70d3cc9\r\n"
            + $"Accept: {accept}\r\n{authorization}\r\n");
    }

    /// <summary>Sends the request and reads the answer to its end.</summary>
    /// <param name="copy">Gets the body; null to pass over it.</param>
    /// <returns>The body's length.</returns>
    public long Get(Stream? copy = null)
    {
        Begin();
        var length = 0L;
        while (Next() is { IsEmpty: false } piece)
        {
            length += piece.Length;
            copy?.Write(piece);
        }

        return length;
    }

    /// <summary>Sends the request and reads the answer's headers.</summary>
    public void Begin()
    {
        connection.Tls.Write(request);
        (start, end, left, isBeforeBreak) = (0, 0, 0, false);
        int headers;
        while ((headers = buffer.AsSpan(0, end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            Fill();
        }

        start = headers + 4;
        var text = Encoding.ASCII.GetString(buffer, 0, headers);
        if (!text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || !text.Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"the answer is not 200 and chunked:\n{Encoding.ASCII.GetString(buffer, 0, end)}");
        }
    }

    /// <summary>The next bytes of the body, valid until the next call; none at its end.</summary>
    public ReadOnlySpan<byte> Next()
    {
        if (left == 0 && (left = ReadSize()) == 0)
        {
            return default;
        }

        if (start == end)
        {
            Fill();
        }

        var piece = buffer.AsSpan(start, Math.Min(left, end - start));
        start += piece.Length;
        left -= piece.Length;
        isBeforeBreak = left == 0;
        return piece;
    }

    public void Close() => connection.Close();

    public void Dispose() => connection.Dispose();

    private int ReadSize()
    {
        if (isBeforeBreak)
        {
            isBeforeBreak = false;
            _ = Line();
        }

        var size = int.Parse(Encoding.ASCII.GetString(Line()), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (size == 0)
        {
            _ = Line();
        }

        return size;
    }

    private ReadOnlySpan<byte> Line()
    {
        int length;
        while ((length = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8)) < 0)
        {
            Fill();
        }

        var line = buffer.AsSpan(start, length);
        start += length + 2;
        return line;
    }

    private void Fill()
    {
        if (start == end)
        {
            (start, end) = (0, 0);
        }
        else if (end == buffer.Length)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        var read = connection.Tls.Read(buffer, end, buffer.Length - end);
        end += read > 0 ? read : throw new EndOfStreamException("the connection was closed");
    }
}
