using Microsoft.AspNetCore.Http.Features;
using Tidegate.Simulation.Identity;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Rest;

/// <summary>What a request asks for, by the rules of apiserver's requestinfo.go, on the decoded path.</summary>
internal sealed record ApiRequest(string Path, string Verb)
{
    public bool IsResource { get; private init; }

    public string Group { get; private init; } = "";

    public string Version { get; private init; } = "";

    public string Namespace { get; private init; } = "";

    public string Resource { get; private init; } = "";

    public string Name { get; private init; } = "";

    public string Subresource { get; private init; } = "";

    /// <summary>What follows the subresource, only after <c>proxy</c>.</summary>
    public string Rest { get; private init; } = "";

    public AccessQuestion Question => IsResource
        ? new AccessQuestion(Verb, Group, Resource, Subresource, Namespace, Name)
        : new AccessQuestion(Verb) { Path = Path };

    public static ApiRequest Parse(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        string path = Uri.UnescapeDataString(query < 0 ? target : target[..query]);
        return Parse(context.Request.Method, path, context.Request.Query);
    }

    private static ApiRequest Parse(string method, string path, IQueryCollection query)
    {
        ApiRequest plain = new(path, method.ToLowerInvariant());
        string[] parts = path.Trim('/').Split('/');
        int skip = parts[0] switch { "api" => 1, "apis" => 2, _ => -1 };
        if (skip < 0 || parts.Length < skip + 2)
        {
            return plain;
        }

        string group = skip == 2 ? parts[1] : "";
        string version = parts[skip];
        ReadOnlySpan<string> rest = parts.AsSpan(skip + 1);
        string ns = "";
        if (rest is ["namespaces", var space, ..])
        {
            ns = space;
            if (rest.Length > 2 && rest[2] is not "status" and not "finalize")
            {
                rest = rest[2..];
            }
        }

        string resource = rest[0];
        string name = rest.Length > 1 ? rest[1] : "";
        string subresource = rest.Length > 2 ? rest[2] : "";
        string field = query["fieldSelector"].ToString();
        string selected = name.Length == 0 && field.Length > 0 ? FieldQuery.Parse(field).SingleName ?? "" : "";
        return plain with
        {
            IsResource = true,
            Verb = VerbOf(method, name, query),
            Group = group,
            Version = version,
            Namespace = ns,
            Resource = resource,
            Name = name.Length > 0 ? name : selected,
            Subresource = subresource,
            Rest = rest.Length > 3 ? string.Join('/', rest[3..].ToArray()) : "",
        };
    }

    private static string VerbOf(string method, string name, IQueryCollection query) => method switch
    {
        "GET" or "HEAD" when name.Length > 0 => "get",
        "GET" or "HEAD" => query["watch"].ToString() is "true" or "1" ? "watch" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => name.Length > 0 ? "delete" : "deletecollection",
        _ => "",
    };
}
