using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tidegate.Kubernetes;

namespace Tidegate.Proxy;

/// <summary>
/// The <c>DeleteOptions</c> of a deletion that is carried out object by object. The API server reads the query only where there is no body
/// (<c>k8s.io/apiserver/pkg/endpoints/handlers/delete.go</c>); since each object's deletion gets one, what the query says must go into it: a dry run would be none otherwise.
/// </summary>
internal sealed class DeletionOptions
{
    private readonly JsonObject? json;
    private readonly ReadOnlyMemory<byte> other;
    private readonly string? contentType;

    private DeletionOptions(JsonObject? json, ReadOnlyMemory<byte> other, string? contentType)
    {
        this.json = json;
        this.other = other;
        this.contentType = contentType;
    }

    /// <param name="body">Of the client's request.</param>
    /// <param name="rawQuery">Without question mark; may be empty.</param>
    /// <returns>The options, or why they cannot be read.</returns>
    public static (DeletionOptions? Options, string? Objection) Read(string? contentType, ReadOnlyMemory<byte> body, string rawQuery)
    {
        try
        {
            if (body.IsEmpty)
            {
                return (new(FromQuery(rawQuery), default, null), null);
            }

            return string.IsNullOrEmpty(contentType) || contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
                ? (new(FromBody(body), default, null), null)
                : (new(null, body, contentType), null);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or OverflowException)
        {
            return (null, $"the options of the deletion cannot be read: {e.Message}");
        }
    }

    /// <summary>Whether nothing is to be deleted. Options in another encoding than JSON are not looked into, and count as meant.</summary>
    public bool IsDryRun => json?["dryRun"] is JsonArray { Count: > 0 };

    /// <summary>The body for one object: where it is JSON, also that it must still be the object that was listed.</summary>
    public HttpContent For(string uid)
    {
        if (json is null)
        {
            var unchanged = new ByteArrayContent(other.ToArray());
            unchanged.Headers.TryAddWithoutValidation("Content-Type", contentType);
            return unchanged;
        }

        var body = json.DeepClone().AsObject();
        var preconditions = body["preconditions"] as JsonObject ?? [];
        preconditions["uid"] ??= uid;
        body["preconditions"] = preconditions.Parent is null ? preconditions : preconditions.DeepClone();
        return new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    private static JsonObject FromBody(ReadOnlyMemory<byte> body)
    {
        var options = JsonNode.Parse(body.Span) as JsonObject ?? throw new JsonException("they are no object");

        // Looking into an object finds names that it has twice.
        _ = options["preconditions"] switch
        {
            null => 0,
            JsonObject preconditions => preconditions.Count,
            _ => throw new JsonException("preconditions are no object"),
        };
        return options;
    }

    /// <summary>Of several values the first counts, but for the list of dry runs.</summary>
    private static JsonObject FromQuery(string rawQuery)
    {
        var options = new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1" };
        foreach (var (name, value) in Parameters(rawQuery))
        {
            switch (name)
            {
                case "dryRun":
                    (options["dryRun"] ??= new JsonArray()).AsArray().Add(value);
                    break;
                case "propagationPolicy":
                    options[name] ??= value;
                    break;
                case "gracePeriodSeconds":
                    options[name] ??= long.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                    break;
                case "orphanDependents" or "ignoreStoreReadErrorWithClusterBreakingPotential":
                    options[name] ??= !(value == "0" || value.Equals("false", StringComparison.OrdinalIgnoreCase));
                    break;
            }
        }

        return options;
    }

    private static IEnumerable<(string Name, string Value)> Parameters(string rawQuery)
    {
        // What Go's url.ParseQuery refuses is no parameter.
        foreach (var pair in rawQuery.Split('&').Where(p => !p.Contains(';', StringComparison.Ordinal)))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = RequestPath.Unescape(equals < 0 ? pair : pair[..equals], plusIsSpace: true, anyBytes: true);
            var value = RequestPath.Unescape(equals < 0 ? "" : pair[(equals + 1)..], plusIsSpace: true, anyBytes: true);
            if (name is not null && value is not null)
            {
                yield return (name, value);
            }
        }
    }
}
