using Microsoft.AspNetCore.Http.Features;
using Tidegate.Simulation.Identity;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Requests;

/// <summary>
/// What a request asks for: apiserver's pkg/endpoints/request/requestinfo.go, step by step. Written for the tests as something to
/// compare other readers of requests with, so it shares nothing with them.
/// </summary>
internal sealed record ApiRequest(string Path, string Verb)
{
    private static readonly string[] SpecialVerbs = ["proxy", "watch"];
    private static readonly string[] NamespaceSubresources = ["status", "finalize"];

    public bool IsResource { get; private init; }

    public string Group { get; private init; } = "";

    public string Version { get; private init; } = "";

    public string Namespace { get; private init; } = "";

    public string Resource { get; private init; } = "";

    public string Name { get; private init; } = "";

    public string Subresource { get; private init; } = "";

    /// <summary>What follows the subresource.</summary>
    public string Rest { get; private init; } = "";

    /// <summary>Whether the verb stood in the path: <c>/api/v1/watch/pods</c>.</summary>
    public bool IsVerbInPath { get; private init; }

    /// <summary>Only of requests whose verb honours it: list, watch and deletecollection.</summary>
    public string FieldSelector { get; private init; } = "";

    /// <inheritdoc cref="FieldSelector"/>
    public string LabelSelector { get; private init; } = "";

    public UrlQuery Query { get; private init; } = UrlQuery.Parse("");

    public AccessQuestion Question => IsResource
        ? new AccessQuestion(Verb, Group, Resource, Subresource, Namespace, Name)
        : new AccessQuestion(Verb) { Path = Path };

    public static ApiRequest Parse(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? Parse(context.Request.Method, target, "") : Parse(context.Request.Method, target[..query], target[(query + 1)..]);
    }

    /// <param name="rawPath">As it stands in the request line.</param>
    /// <param name="rawQuery">Without the question mark.</param>
    /// <exception cref="ApiException">400 for a path that Go cannot unescape, 500 for a verb in the path with nothing after it.</exception>
    public static ApiRequest Parse(string method, string rawPath, string rawQuery)
    {
        string path = UrlQuery.Unescape(rawPath, plusIsSpace: false) ?? throw ApiException.BadRequest($"parse \"{rawPath}\": invalid URL escape");
        ApiRequest plain = new(path, method.ToLowerInvariant()) { Query = UrlQuery.Parse(rawQuery) };
        string trimmed = path.Trim('/');
        ReadOnlySpan<string> parts = trimmed.Length == 0 ? [] : trimmed.Split('/');
        if (parts.Length < 3 || parts[0] is not ("api" or "apis"))
        {
            return plain;
        }

        bool grouped = parts[0] == "apis";
        parts = parts[1..];
        string group = "";
        if (grouped)
        {
            if (parts.Length < 3)
            {
                return plain;
            }

            group = parts[0];
            parts = parts[1..];
        }

        return plain.ReadResource(method, parts[1..]) with { Group = group, Version = parts[0] };
    }

    private ApiRequest ReadResource(string method, ReadOnlySpan<string> parts)
    {
        string verb = VerbOf(method);
        bool inPath = SpecialVerbs.Contains(parts[0]);
        if (inPath)
        {
            if (parts.Length < 2)
            {
                throw new ApiException(500, "InternalError", $"failed to create RequestInfo: unable to determine kind and namespace from url, {Path}");
            }

            verb = parts[0];
            parts = parts[1..];
        }

        string ns = "";
        if (parts[0] == "namespaces" && parts.Length > 1)
        {
            ns = parts[1];
            if (parts.Length > 2 && !NamespaceSubresources.Contains(parts[2]))
            {
                parts = parts[2..];
            }
        }

        ApiRequest resource = this with
        {
            IsResource = true,
            Verb = verb,
            IsVerbInPath = inPath,
            Namespace = ns,
            Resource = parts[0],
            Name = parts.Length > 1 ? parts[1] : "",
            Subresource = parts.Length > 2 && verb != "proxy" ? parts[2] : "",
            Rest = parts.Length > 3 ? string.Join('/', parts[3..].ToArray()) : "",
        };
        return resource.WithCollectionVerb().WithSelectors();
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

    /// <summary>Without a name a get is a list or a watch, and a delete is a deletecollection.</summary>
    private ApiRequest WithCollectionVerb()
    {
        if (Name.Length > 0)
        {
            return this;
        }

        return Verb switch
        {
            "get" => AsListOrWatch(),
            "delete" => this with { Verb = "deletecollection" },
            _ => this,
        };
    }

    private ApiRequest AsListOrWatch()
    {
        try
        {
            ListOptions options = ListOptions.Decode(Query);
            string? name = options.Fields.ExactMatch("metadata.name");
            return this with { Verb = options.Watch ? "watch" : "list", Name = name is not null && IsPathSegmentName(name) ? name : "" };
        }
        catch (ApiException)
        {
            // The options are given up as a whole, but for the watch parameter.
            return this with { Verb = Query.First("watch") is { } watch && watch.ToLowerInvariant() is not "false" and not "0" ? "watch" : "list" };
        }
    }

    private ApiRequest WithSelectors() => !IsVerbInPath && Verb is "list" or "watch" or "deletecollection"
        ? this with { FieldSelector = Query.First("fieldSelector") ?? "", LabelSelector = Query.First("labelSelector") ?? "" }
        : this;

    /// <summary>apimachinery, pkg/api/validate/content: neither a dot, nor two, nor anything with a slash or percent sign.</summary>
    private static bool IsPathSegmentName(string name) => name is not "." and not ".." && !name.AsSpan().ContainsAny('/', '%');
}
