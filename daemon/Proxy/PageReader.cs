using System.Text.Json;
using Tidegate.Filtering;
using Tidegate.Kubernetes;
using Tidegate.Upstream;

namespace Tidegate.Proxy;

/// <summary>
/// Reads a list on for somebody who sees a part of it, until the client's page is full of objects that may be seen, so that neither how full a page is nor whether another
/// one follows says what is hidden. First the metadata alone is read, to find where to stop; then the page up to there, so that each page of the client's ends where one of
/// the cluster's does.
/// </summary>
internal sealed class PageReader(ProxyExchange exchange)
{
    /// <summary>The most objects of one look.</summary>
    public const int LargestLook = 500;

    /// <summary>How often it looks on for one page of the client's. Then that page ends, however full it is, with a token.</summary>
    public const int MostLooks = 50;

    private const int SmallestLook = 8;

    private static readonly string[] OfFirstPage = ["limit", "continue", "resourceVersion", "resourceVersionMatch"];

    private readonly MetadataList list = new(exchange);

    private int looks;
    private long size = SmallestLook;

    /// <inheritdoc cref="ReadOn"/>
    public async Task<FurtherPage> NextAsync(string token, long wanted, CancellationToken cancellationToken)
    {
        var passed = 0L;
        while (looks < MostLooks)
        {
            var (shown, end, count, next) = await LookAsync(token, wanted, cancellationToken);
            if (count < 0 || (shown > 0 && wanted == 0))
            {
                return new(null, token, passed);
            }

            if (shown > 0)
            {
                return new(await FetchAsync(token, end, cancellationToken), token, passed);
            }

            passed += count;
            token = next;
            if (next.Length == 0)
            {
                break;
            }
        }

        return new(null, token, passed);
    }

    /// <returns>How many objects may be seen, no more than wanted; behind how many objects the last of these stands; how many there are, -1 when the cluster does not say; where the list goes on.</returns>
    private async Task<(long Shown, int End, int Count, string Next)> LookAsync(string token, long wanted, CancellationToken cancellationToken)
    {
        size = Math.Clamp(Math.Max(size, wanted), SmallestLook, LargestLook);
        looks++;
        try
        {
            var (code, body) = await list.ReadAsync(token, size, cancellationToken);
            size *= 4;
            if (code != StatusCodes.Status200OK)
            {
                return (0, 0, -1, "");
            }

            var (objects, next) = MetadataList.Parse(body);
            var (shown, end) = (0L, objects.Count);
            for (var i = 0; i < objects.Count && shown < Math.Max(wanted, 1); i++)
            {
                if (objects[i].Name.Length > 0 && exchange.Filtered!.Shows(objects[i].Namespace, objects[i].Name))
                {
                    shown++;
                    end = shown == wanted ? i + 1 : objects.Count;
                }
            }

            return (shown, end, objects.Count, next);
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            // The client's page ends here; whoever goes on from there learns what is wrong.
            return (0, 0, -1, "");
        }
    }

    /// <summary>The page from a token on, in the form that the client accepts. Null when the cluster does not give it.</summary>
    private async Task<Stream?> FetchAsync(string token, int count, CancellationToken cancellationToken)
    {
        var filtered = exchange.Filtered!;
        var query = ListQuery.With(filtered.Asked.RawQuery, OfFirstPage, $"limit={count}", $"continue={Uri.EscapeDataString(token)}");
        using var message = ClusterRequest.CreateAs(exchange.Allowed!.Principal, HttpMethod.Get, exchange.Cluster!.Upstream, $"{exchange.Target.Path}?{query}");
        message.Headers.TryAddWithoutValidation("Accept", filtered.Asked.Accept);
        try
        {
            var response = await exchange.Cluster.Upstream.Invoker.SendAsync(message, cancellationToken);
            if (response.StatusCode == System.Net.HttpStatusCode.OK && filtered.IsAlike(response))
            {
                return FilteredBody.Decoded(await response.Content.ReadAsStreamAsync(cancellationToken), FilteredExchange.EncodingOf(response));
            }

            response.Dispose();
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            // As when it does not look.
        }

        return null;
    }

    private static bool IsFailure(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or JsonException or InvalidOperationException or FormatException or ArgumentException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
