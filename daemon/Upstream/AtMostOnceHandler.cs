namespace Tidegate.Upstream;

/// <summary>
/// Sends a request at most once, unless it is a plain GET or HEAD. <see cref="SocketsHttpHandler"/> sends what has no content up to three times more when the connection ends before an answer
/// begins: an exec would run twice, and nobody can tell whether a deletion was carried out. Repeating is for methods that change nothing (RFC 9110, 9.2.2), and a stream changes something
/// whatever its method is. Streams get a connection of their own besides, on which nothing else ran before or will.
/// So does a HEAD: its answer is over with the headers, but the API server goes on with what a GET would do, a watch for an hour, and reads no further request from the connection meanwhile.
/// </summary>
/// <remarks>
/// A request with content is not repeated, since content may be readable once only. So an empty one is given to whatever has none; on the wire it is <c>Content-Length: 0</c>.
/// </remarks>
/// <param name="pooled">Keeps its connections for the next request.</param>
/// <param name="createUnpooled">Makes a handler that uses each connection for one request; called when there is first need of it.</param>
internal sealed class AtMostOnceHandler(HttpMessageHandler pooled, Func<HttpMessageHandler> createUnpooled) : HttpMessageHandler
{
    private static readonly HttpRequestOptionsKey<bool> Stream = new("tidegate.stream");

    private readonly HttpMessageInvoker pooled = new(pooled);
    private readonly Lazy<HttpMessageInvoker> unpooled = new(() => new(createUnpooled()));

    /// <summary>Says of a request that it asks for a stream into a pod; that an upgrade does is known.</summary>
    public static void MarkStream(HttpRequestMessage request) => request.Options.Set(Stream, true);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isStream = request.Headers.NonValidated.Contains("Upgrade") || (request.Options.TryGetValue(Stream, out var marked) && marked);
        if (request.Content is null && (isStream || (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)))
        {
            request.Content = new ByteArrayContent([]);
        }

        return (isStream || request.Method == HttpMethod.Head ? unpooled.Value : pooled).SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            pooled.Dispose();
            if (unpooled.IsValueCreated)
            {
                unpooled.Value.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
