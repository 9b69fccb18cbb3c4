using System.Text;
using System.Text.Json;
using Tidegate.Metrics;

namespace Tidegate.Diagnostics;

/// <summary>
/// What is served at <c>teleport.diag_addr</c>: <c>/livez</c> (also as <c>/healthz</c>, the original's name) and <c>/readyz</c>, each with its single checks below it,
/// <c>/metrics</c>, and a page at <c>/</c>. Only GET and HEAD; nothing here changes anything.
/// </summary>
internal sealed class DiagnosticsApi(HealthChecks live, HealthChecks ready, MetricRegistry metrics, Func<StatusFacts> facts)
{
    private const string Text = "text/plain; charset=utf-8";

    public async Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            await WriteAsync(context, StatusCodes.Status405MethodNotAllowed, Text, "only GET and HEAD are served here\n");
            return;
        }

        var path = context.Request.Path.Value ?? "";
        await (path.Split('/', 3) switch
        {
            ["", ""] => PageAsync(context),
            ["", "metrics"] => MetricsAsync(context),
            ["", "livez" or "healthz", .. var rest] => HealthAsync(context, live, rest),
            ["", "readyz", .. var rest] => HealthAsync(context, ready, rest),
            _ => NotFoundAsync(context),
        });
    }

    private Task PageAsync(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = StatusPage.ContentSecurityPolicy;
        return WriteAsync(context, StatusCodes.Status200OK, "text/html; charset=utf-8", StatusPage.Of(facts(), live.Run()!, ready.Run()!));
    }

    /// <summary>Written whole before the first byte goes out, so that a failure can still say 500.</summary>
    private async Task MetricsAsync(HttpContext context)
    {
        using var body = new MemoryStream(64 * 1024);
        await metrics.WriteAsync(body, context.RequestAborted);
        await WriteAsync(context, StatusCodes.Status200OK, MetricRegistry.ContentType, body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    private static Task HealthAsync(HttpContext context, HealthChecks checks, string[] rest)
    {
        var only = rest is [{ Length: > 0 } name] ? name : null;
        if (checks.Run(only) is not { } report)
        {
            return NotFoundAsync(context);
        }

        var query = context.Request.Query;
        switch (query["format"].ToString())
        {
            case "json":
            case "" when AsksForJson(context.Request):
                return WriteAsync(
                    context, report.Code, "application/json", JsonSerializer.SerializeToUtf8Bytes(HealthView.Of(report), HealthJson.Default.HealthView));
            case "" or "text":
                return WriteAsync(context, report.Code, Text, HealthText.Of(report, query.ContainsKey("verbose")));
            default:
                return WriteAsync(context, StatusCodes.Status400BadRequest, Text, "format is one of text and json\n");
        }
    }

    private static bool AsksForJson(HttpRequest request) =>
        request.Headers.Accept.Any(a => a?.Contains("application/json", StringComparison.OrdinalIgnoreCase) == true);

    private static Task NotFoundAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status404NotFound, Text, "nothing is served here; there are /livez, /readyz, /metrics and /\n");

    private static Task WriteAsync(HttpContext context, int code, string type, string body) => WriteAsync(context, code, type, Encoding.UTF8.GetBytes(body));

    private static Task WriteAsync(HttpContext context, int code, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
