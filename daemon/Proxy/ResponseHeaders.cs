using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;
using Tidegate.Impersonation;

namespace Tidegate.Proxy;

/// <summary>Copies a cluster's response headers: line by line, nothing that belongs to one connection, and no cookie of a proxied service.</summary>
internal static class ResponseHeaders
{
    public static void Copy(HttpResponseMessage source, HttpResponse target, ProxyExchange exchange)
    {
        var isFiltered = exchange.Filtered?.Concerns(source) == true;
        Copy(source.Headers, target, exchange, isFiltered);
        Copy(source.Content.Headers, target, exchange, isFiltered);
        if (target.Headers.TryGetValue("Audit-Id", out var auditId))
        {
            exchange.Audit.AuditId = auditId;
        }
    }

    private static void Copy(HttpHeaders source, HttpResponse target, ProxyExchange exchange, bool isFiltered)
    {
        foreach (var (name, values) in source.NonValidated)
        {
            if (!HeaderHygiene.IsReturned(name) || (isFiltered && FilteredExchange.IsOutdated(name)))
            {
                continue;
            }

            var value = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
            target.Headers.Append(name, name.Equals("Location", StringComparison.OrdinalIgnoreCase) ? Relocate(value!, exchange) : value);
        }
    }

    /// <summary>A proxied service's redirect within its own API server needs the cluster's prefix in front of it.</summary>
    private static StringValues Relocate(string location, ProxyExchange exchange)
    {
        var prefix = ClusterPath.Prefix + exchange.Target.Cluster;
        var origin = exchange.Cluster!.Upstream.Origin;
        if (location.StartsWith(origin + "/", StringComparison.OrdinalIgnoreCase))
        {
            return prefix + location[origin.Length..];
        }

        return location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal) ? prefix + location : location;
    }
}
