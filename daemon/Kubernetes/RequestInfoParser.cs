namespace Tidegate.Kubernetes;

/// <summary>
/// Reads a request as kube-apiserver does (<c>k8s.io/apiserver/pkg/endpoints/request/requestinfo.go</c>), from the raw target, so that what decides is
/// what will be forwarded. A path that a server on the way could read differently (empty or dot segments, encoded slashes or control
/// characters, broken escapes) is refused; what follows a <c>proxy</c> subresource belongs to the proxied program and may hold empty segments,
/// encoded slashes and bytes that are no UTF-8.
/// </summary>
internal static class RequestInfoParser
{
    /// <summary>Parses a request.</summary>
    /// <param name="method">As it will be forwarded.</param>
    /// <param name="rawPath">Percent-encoded, beginning with <c>/</c>.</param>
    /// <param name="rawQuery">Without question mark; may be empty.</param>
    /// <returns>The request, or why it is refused, for a 400.</returns>
    public static (RequestInfo? Info, string? Refusal) Parse(string method, string rawPath, string rawQuery)
    {
        if (method is "CONNECT" or "TRACE")
        {
            return (null, $"the method {method} is not served");
        }

        var (path, refusal) = RequestPath.Decode(rawPath);
        if (path is null)
        {
            return (null, refusal);
        }

        var parts = path.Trim('/').Split('/');
        var consumed = parts[0] switch
        {
            "api" when parts.Length >= 3 => 2,
            "apis" when parts.Length >= 4 => 3,
            _ => 0,
        };
        if (consumed == 0)
        {
            return (NonResource(method, path, parts), null);
        }

        var group = consumed == 3 ? parts[1] : "";
        return Resource(method, path, group, parts[consumed - 1], parts.AsSpan(consumed), rawQuery);
    }

    private static RequestInfo NonResource(string method, string path, string[] parts) => new()
    {
        Verb = method.ToLowerInvariant(),
        IsResourceRequest = false,
        Path = path,
        IsDiscovery = parts[0] == "api" ? parts.Length <= 2 : parts[0] == "apis" && parts.Length <= 3,
    };

    private static (RequestInfo? Info, string? Refusal) Resource(
        string method, string path, string group, string version, ReadOnlySpan<string> parts, string rawQuery)
    {
        var verb = VerbOf(method);
        if (parts[0] is "watch" or "proxy")
        {
            if (parts.Length < 2)
            {
                return (null, $"'{path}' names no resource after /{parts[0]}");
            }

            verb = parts[0];
            parts = parts[1..];
        }

        var inNamespace = "";
        if (parts[0] == "namespaces" && parts.Length > 1)
        {
            inNamespace = parts[1];
            if (parts.Length > 2 && parts[2] is not ("status" or "finalize"))
            {
                parts = parts[2..];
            }
        }

        var name = parts.Length >= 2 ? parts[1] : "";
        if (name.Length == 0)
        {
            (verb, name) = Collection(verb, rawQuery);
        }

        return (new()
        {
            Verb = verb,
            OtherMethod = verb.Length == 0 ? method : "",
            IsResourceRequest = true,
            Path = path,
            ApiGroup = group,
            ApiVersion = version,
            Namespace = inNamespace,
            Resource = parts[0],
            Name = name,
            Subresource = parts.Length >= 3 && verb != "proxy" ? parts[2] : "",
        }, null);
    }

    private static string VerbOf(string method) => method switch
    {
        "POST" => "create",
        "GET" or "HEAD" => "get",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "",
    };

    /// <summary>A request on a collection: what it really does, and the object when a field selector names exactly one.</summary>
    private static (string Verb, string Name) Collection(string verb, string rawQuery) => verb switch
    {
        "get" => (ListQuery.IsWatch(rawQuery) ? "watch" : "list", ListQuery.NameSelected(rawQuery)),
        "delete" => ("deletecollection", ""),
        _ => (verb, ""),
    };
}
