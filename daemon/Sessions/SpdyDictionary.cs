using System.Buffers.Binary;
using System.Text;

namespace Tidegate.Sessions;

/// <summary>The words that SPDY/3's compressed headers take for granted (SPDY protocol, draft 3, 2.6.10.1).</summary>
internal static class SpdyDictionary
{
    /// <summary>The Adler-32 of the dictionary, by which a zlib header names it.</summary>
    public const uint Id = 0xE3C6A7C2;

    // With a four-byte length before each; ~ stands for a space within one.
    private const string Words =
        """
        options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization
        cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range
        content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since
        last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer
        transfer-encoding upgrade user-agent vary via warning www-authenticate method get status 200~OK version HTTP/1.1 url public set-cookie
        keep-alive origin
        """;

    private const string Tail =
        "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Informat" +
        "ion204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error" +
        "501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, " +
        "Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/" +
        "javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

    public static byte[] Bytes { get; } = Build();

    private static byte[] Build()
    {
        var buffer = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var word in Words.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var text = Encoding.ASCII.GetBytes(word.Replace('~', ' '));
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            buffer.Write(length);
            buffer.Write(text);
        }

        buffer.Write(Encoding.ASCII.GetBytes(Tail));
        return buffer.ToArray();
    }
}
