using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tidegate.Proxy;

namespace Tidegate.Benchmarks.Upstream;

/// <summary>
/// What stands behind the proxies in the place of an API server: as fast as it can be, so that the proxies show. Asks for the bearer token,
/// knows one object of about 1 kB, one list of 1 MB, one of 5,000 pods, a watch that sends one event and then stays silent, and one that ticks.
/// </summary>
internal static class UpstreamServer
{
    public const string ObjectPath = "/api/v1/namespaces/default/pods/web-0";
    public const string ListPath = "/api/v1/pods";
    public const string WatchPath = "/api/v1/pods?watch=true";

    /// <param name="folder">Holds <c>upstream.crt</c>, <c>upstream.key</c> and <c>token</c>.</param>
    public static async Task<int> RunAsync(string folder, int port)
    {
        var authorization = $"Bearer {File.ReadAllText(Path.Combine(folder, "token"))}";
        using var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "upstream.crt"), Path.Combine(folder, "upstream.key"));
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.KeepAliveTimeout = TimeSpan.FromHours(1);
            options.Limits.MinResponseDataRate = null;
            options.Limits.Http2.MaxStreamsPerConnection = 1000;
            options.ListenLocalhost(port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificate);
            });
        });
        await using var app = builder.Build();
        app.Run(context => AnswerAsync(context, authorization));
        await app.RunAsync();
        return 0;
    }

    private static Task AnswerAsync(HttpContext context, string authorization)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Headers.Authorization != authorization)
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        return (request.Path.Value, request.QueryString.Value) switch
        {
            (ListPath, ManyPods.ListQuery) => SendManyAsync(context),
            (ListPath, ManyPods.WatchQuery) => TickingWatch.RunAsync(context),
            (ListPath, "") => SendAsync(response, Bodies.List),
            (ListPath, _) => WatchAsync(context),
            (ObjectPath, _) => SendAsync(response, Bodies.Object),
            ("/api", _) => SendDiscoveryAsync(response, Bodies.CoreKinds),
            ("/apis", _) => SendDiscoveryAsync(response, Bodies.OtherKinds),
            _ => NotFoundAsync(response),
        };
    }

    /// <summary>Chunked, as an API server sends what is large.</summary>
    private static Task SendManyAsync(HttpContext context)
    {
        var (contentType, body) = ManyPods.List(context.Request.Headers.Accept.ToString());
        context.Response.ContentType = contentType;
        return new RecordSizedBody(context.Response.BodyWriter).WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static Task SendDiscoveryAsync(HttpResponse response, byte[] body)
    {
        response.ContentType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        return SendAsync(response, body);
    }

    private static Task SendAsync(HttpResponse response, ReadOnlyMemory<byte> body)
    {
        response.Headers.CacheControl = "no-cache, private";
        response.Headers["Audit-Id"] = "6f1d7e2c-54a5-4bb1-8c5e-2a4f6c0f8d11";
        response.ContentLength = body.Length;
        // Records of 16 kB for what is large, as Go's TLS makes them.
        return (body.Length > 4096 ? new RecordSizedBody(response.BodyWriter) : response.Body).WriteAsync(body).AsTask();
    }

    private static Task NotFoundAsync(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task WatchAsync(HttpContext context)
    {
        await context.Response.Body.WriteAsync(Bodies.Event, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var ended = new TaskCompletionSource();
        await using var _ = context.RequestAborted.Register(() => ended.TrySetResult());
        await ended.Task;
    }

    private static class Bodies
    {
        public static readonly byte[] Object = Encoding.UTF8.GetBytes(Pod(0));

        public static readonly byte[] Event = Encoding.UTF8.GetBytes($$"""{"type":"ADDED","object":{{Pod(0)}}}""" + "\n");

        public static readonly byte[] List = MakeList(1_000_000);

        public static readonly byte[] CoreKinds = Kinds(
            """{"metadata":{"name":""},"versions":[{"version":"v1","freshness":"Current","resources":[{"resource":"pods","responseKind":{"kind":"Pod"},"scope":"Namespaced"}]}]}""");

        public static readonly byte[] OtherKinds = Kinds("");

        private static byte[] Kinds(string groups) =>
            Encoding.UTF8.GetBytes($$"""{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[{{groups}}]}""");

        private static byte[] MakeList(int atLeast)
        {
            var text = new StringBuilder("""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[""");
            for (var i = 0; text.Length < atLeast; i++)
            {
                text.Append(i == 0 ? "" : ",").Append(Pod(i));
            }

            return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
        }

        private static string Pod(int number) =>
            $$$"""
            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-{{{number}}}","namespace":"default","uid":"5c4b2a9e-0000-4000-8000-{{{number:000000000000}}}","resourceVersion":"{{{number + 1}}}","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"web","pod-template-hash":"7d4b9c6f58"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d4b9c6f58","uid":"1b7c","controller":true}]},"spec":{"containers":[{"name":"web","image":"registry.example.com/web:1.27","ports":[{"containerPort":8080,"protocol":"TCP"}],"resources":{"limits":{"cpu":"500m","memory":"128Mi"},"requests":{"cpu":"250m","memory":"64Mi"}},"imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","nodeName":"node-1","serviceAccountName":"default"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:03Z"}],"hostIP":"10.0.0.1","podIP":"10.1.{{{number % 256}}}.7","startTime":"2026-01-01T00:00:00Z"}}
            """;
    }
}
