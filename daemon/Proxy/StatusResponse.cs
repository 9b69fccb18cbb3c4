using System.Text;
using Tidegate.Kubernetes;

namespace Tidegate.Proxy;

/// <summary>Answers with a Kubernetes <c>Status</c>, the form of error that kubectl prints well, and in another where it does not look for one.</summary>
internal static class StatusResponse
{
    public static Task WriteAsync(HttpContext context, Refusal refusal) => WriteAsync(
        context, refusal.Code, refusal.Message, refusal.Action is { } action ? new(action.Name ?? "", action.ApiGroup, action.Kind) : null);

    /// <param name="context">A response that has not started.</param>
    /// <param name="code">HTTP status.</param>
    /// <param name="message">For the person.</param>
    public static Task WriteAsync(HttpContext context, int code, string message) => WriteAsync(context, code, message, null);

    /// <summary>Writes an answer of the gate's own.</summary>
    /// <param name="body">JSON.</param>
    public static Task WriteAsync(HttpContext context, int code, byte[] body) => WriteAsync(context, code, body, "application/json", null);

    /// <summary>A <c>Status</c>, with or without a warning beside it, or plain text, whichever the person gets to see.</summary>
    private static Task WriteAsync(HttpContext context, int code, string message, StatusDetails? details) =>
        RefusalForm.IsText(context, code)
            ? WriteAsync(context, code, Encoding.UTF8.GetBytes(message + "\n"), "text/plain; charset=utf-8", null)
            : WriteAsync(
                context, code, KubernetesStatus.Failure(code, message, details), "application/json", RefusalForm.HidesStatus(context) ? RefusalForm.Warning(message) : null);

    private static async Task WriteAsync(HttpContext context, int code, byte[] body, string type, string? warning)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = code;
        response.ContentType = type;
        response.Headers.Warning = warning;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-cache, private";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
