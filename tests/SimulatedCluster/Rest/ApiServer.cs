using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Identity;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Rest;

/// <summary>The request path in kube-apiserver's order: record, request info, authenticate, impersonate, authorize, handle.</summary>
internal sealed class ApiServer(RequestRecorder recorder, Authentication authentication, Impersonation impersonation, Authorizer authorizer, ResourceRouter router)
{
    private readonly Discovery discovery = new(router.Catalog);
    private readonly OpenApi openApi = new(router.Catalog);
    private TaskCompletionSource? hang;

    /// <summary>While set, requests are read and recorded, and get no answer until it completes.</summary>
    public TaskCompletionSource? Hang
    {
        get => Volatile.Read(ref hang);
        set => Volatile.Write(ref hang, value);
    }

    public async Task HandleAsync(HttpContext context)
    {
        RecordedRequest record = recorder.Record(context);
        try
        {
            if (Hang is { } held)
            {
                await held.Task.WaitAsync(context.RequestAborted);
            }

            context.Response.Headers["Audit-Id"] = context.Request.Headers["Audit-Id"].ToString() is { Length: > 0 } given ? given : Guid.NewGuid().ToString();
            context.Response.Headers.CacheControl = "no-cache, private";
            await HandleAsync(context, record);
        }
        catch (ApiException error) when (!context.Response.HasStarted)
        {
            await Reply.ErrorAsync(context, error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; nobody is left to answer.
        }
        finally
        {
            record.Status = context.Response.StatusCode;
        }
    }

    private async Task HandleAsync(HttpContext context, RecordedRequest record)
    {
        ApiRequest request = ApiRequest.Parse(context);
        record.Api = request;
        Caller caller = authentication.Authenticate(context);
        record.Caller = caller;
        caller = impersonation.Apply(caller, context.Request.Headers);
        record.Identity = caller;
        Authorize(caller, request.Question);
        if (IsUpgradeByGet(context) && request.IsResource && request.Subresource is "exec" or "attach" or "portforward")
        {
            // Since 1.35 a WebSocket upgrade of these also needs "create" (AuthorizePodWebsocketUpgradeCreatePermission).
            Authorize(caller, request.Question with { Verb = "create" });
        }

        if (request.IsResource)
        {
            await router.AnswerAsync(context, request, caller, record);
            return;
        }

        if (!await discovery.TryAnswerAsync(context, request.Path)
            && !await openApi.TryAnswerAsync(context, request.Path)
            && !await TryAnswerFixedAsync(context, request.Path))
        {
            throw ApiException.NoSuchResource();
        }
    }

    private void Authorize(Caller caller, AccessQuestion question)
    {
        if (!authorizer.Allows(caller, question))
        {
            throw Forbidden.Error(caller, question);
        }
    }

    private static bool IsUpgradeByGet(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    private static async Task<bool> TryAnswerFixedAsync(HttpContext context, string path)
    {
        switch (path.TrimEnd('/'))
        {
            case "/healthz" or "/livez" or "/readyz":
                await Reply.TextAsync(context, "ok");
                return true;
            case "/version":
                await Reply.JsonAsync(context, 200, new JsonObject
                {
                    ["major"] = "1",
                    ["minor"] = "35",
                    ["gitVersion"] = "v1.35.0-simulated",
                    ["gitCommit"] = new string('0', 40),
                    ["gitTreeState"] = "clean",
                    ["buildDate"] = "2026-01-01T00:00:00Z",
                    ["goVersion"] = "none",
                    ["compiler"] = "none",
                    ["platform"] = "linux/amd64",
                });
                return true;
            default:
                return false;
        }
    }
}
