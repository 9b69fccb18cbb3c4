namespace Tidegate.Kubernetes;

/// <summary>
/// What a request asks of the Kubernetes API, as kube-apiserver itself understands it
/// (<c>k8s.io/apiserver/pkg/endpoints/request/requestinfo.go</c>). One parsed value decides, is audited, and describes what is forwarded.
/// </summary>
internal sealed record RequestInfo
{
    /// <summary>The API verb: get, list, watch, create, update, patch, delete, deletecollection, proxy; for non-resource requests the lower-case HTTP method.</summary>
    public required string Verb { get; init; }

    /// <summary>The HTTP method where it has no verb for a resource, such as OPTIONS; else empty.</summary>
    public string OtherMethod { get; init; } = "";

    /// <summary>Whether the path names a resource (<c>/api/v1/…</c>, <c>/apis/GROUP/VERSION/…</c>).</summary>
    public required bool IsResourceRequest { get; init; }

    /// <summary>The decoded path after the cluster prefix, without query.</summary>
    public required string Path { get; init; }

    /// <summary>The API group; empty for the core group.</summary>
    public string ApiGroup { get; init; } = "";

    public string ApiVersion { get; init; } = "";

    public string Namespace { get; init; } = "";

    /// <summary>The plural resource name, such as <c>pods</c>.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Such as <c>log</c>, <c>exec</c> or <c>status</c>; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The object's name; empty for collections and creates.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether the client asks to leave HTTP on the connection (WebSocket, SPDY).</summary>
    public bool IsUpgrade { get; init; }

    /// <summary>Whether it is a server-side apply, which creates what is not there.</summary>
    public bool IsApply { get; init; }

    /// <summary>What the body of a create says of the new object's name; null when the body was not read.</summary>
    public NamesInBody? Body { get; init; }

    /// <summary>Whether the request may stay open: watch, proxy, and log, exec, attach, portforward, proxy subresources.</summary>
    public bool IsLongRunning =>
        IsResourceRequest && (Verb is "watch" or "proxy" || Subresource is "attach" or "exec" or "proxy" or "log" or "portforward");

    /// <summary>Whether it asks for a way into a pod: exec, attach or port-forward.</summary>
    public bool IsConnection => IsResourceRequest && Subresource is "attach" or "exec" or "portforward";

    /// <summary>Whether the request only discovers the API (<c>/api</c>, <c>/apis</c>, <c>/apis/G</c>, <c>/api/V</c>, <c>/apis/G/V</c>); the original writes no audit record for these.</summary>
    public bool IsDiscovery { get; init; }
}

/// <summary>The names that stand in the body of a create; each empty when it is not there.</summary>
internal sealed record NamesInBody(string Name, string GenerateName);
