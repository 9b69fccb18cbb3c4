using Tidegate.Kubernetes;

namespace Tidegate.Proxy;

/// <summary>Answers with a Kubernetes <c>Status</c>, the only form of error that kubectl prints well.</summary>
internal static class StatusResponse
{
    public static Task WriteAsync(HttpContext context, Refusal refusal) => refusal.Action is { } action
        ? WriteAsync(context, refusal.Code, KubernetesStatus.Failure(refusal.Code, refusal.Message, new(action.Name ?? "", action.ApiGroup, action.Kind)))
        : WriteAsync(context, refusal.Code, refusal.Message);

    /// <param name="context">A response that has not started.</param>
    /// <param name="code">HTTP status.</param>
    /// <param name="message">For the person.</param>
    public static Task WriteAsync(HttpContext context, int code, string message) => WriteAsync(context, code, KubernetesStatus.Failure(code, message));

    /// <summary>Writes an answer of the gate's own.</summary>
    /// <param name="body">JSON.</param>
    public static async Task WriteAsync(HttpContext context, int code, byte[] body)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = code;
        response.ContentType = "application/json";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-cache, private";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
