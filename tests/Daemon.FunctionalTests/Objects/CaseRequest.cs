using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Tests.Access;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>The request of a table's case as a client sends it.</summary>
internal static class CaseRequest
{
    /// <param name="id">Stands in the audit record.</param>
    public static HttpRequestMessage Of(ObjectCase one, IPEndPoint gate, string id)
    {
        var asWritten = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var request = new HttpRequestMessage(new HttpMethod(one.Method), new Uri($"https://{gate}/clusters/c1{one.Target}", asWritten));
        Add("Accept", "application/json");
        Add("Audit-ID", id);
        Add("Impersonate-User", one.As);
        Add("Impersonate-Group", one.AsGroup);
        if (one.IsUpgrade)
        {
            Add("Connection", "Upgrade");
            Add("Upgrade", "websocket");
            Add("Sec-WebSocket-Version", "13");
            Add("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEA==");
            Add("Sec-WebSocket-Protocol", "v5.channel.k8s.io");
        }
        else if (one.Method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new StringContent(BodyOf(one), Encoding.UTF8, TypeOf(one));
        }

        return request;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    public static string BodyOf(ObjectCase one)
    {
        if (one.Target.EndsWith("/selfsubjectaccessreviews", StringComparison.Ordinal))
        {
            return """{"spec":{"resourceAttributes":{"verb":"get","resource":"pods","namespace":"dev"}}}""";
        }

        if (one.Target.EndsWith("/selfsubjectrulesreviews", StringComparison.Ordinal))
        {
            return """{"spec":{"namespace":"dev"}}""";
        }

        var metadata = new JsonObject();
        if (one.NameInBody is { } name)
        {
            metadata["name"] = name;
        }

        if (one.GeneratedFrom is { } beginning)
        {
            metadata["generateName"] = beginning;
        }

        return new JsonObject { ["metadata"] = metadata }.ToJsonString();
    }

    private static string TypeOf(ObjectCase one) => one switch
    {
        { IsApply: true } => "application/apply-patch+yaml",
        { Method: "PATCH" } => "application/merge-patch+json",
        _ => "application/json",
    };
}
