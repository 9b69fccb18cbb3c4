using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>One request over plain TCP as bytes, and the whole answer.</summary>
public static class PlainHttp
{
    public static Task<(RawResponse Head, string Body)> GetAsync(IPEndPoint endPoint, string target, params string[] headers) => ExchangeAsync(
        endPoint, $"GET {target} HTTP/1.1\r\nHost: diag\r\nConnection: close\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");

    /// <param name="request">Must ask for the connection's end.</param>
    public static async Task<(RawResponse Head, string Body)> ExchangeAsync(IPEndPoint endPoint, string request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var client = new TcpClient();
        await client.ConnectAsync(endPoint, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, limit.Token);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        return (new(text[..end]), text[end..]);
    }
}
