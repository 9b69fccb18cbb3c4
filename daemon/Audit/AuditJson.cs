using System.Buffers;
using System.Text.Json;
using Tidegate.Access;
using Tidegate.Kubernetes;

namespace Tidegate.Audit;

/// <summary>
/// Writes the JSON of a record: the original's field names where it has them, and beside them why it was decided so. The writer escapes
/// control characters and everything outside ASCII, so no value can end a line or colour a terminal.
/// </summary>
internal sealed class AuditJson(string gateName, string version)
{
    private const int MostText = 2048;

    private static readonly JsonWriterOptions Compact = new() { Indented = false, SkipValidation = true };

    /// <summary>Writes one record and a line feed.</summary>
    public void Write(IBufferWriter<byte> output, AuditEvent e, AuditStage stage)
    {
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            WriteHead(json, e, stage);
            WriteIdentity(json, e);
            WriteRequest(json, e);
            WriteDecision(json, e);
            if (stage == AuditStage.End)
            {
                json.WriteNumber("response_code"u8, e.ResponseCode);
                json.WriteNumber("duration_ms"u8, Math.Round(e.Duration.TotalMilliseconds, 3));
                json.WriteNumber("bytes_sent"u8, e.BytesSent);
                json.WriteNumber("bytes_received"u8, e.BytesReceived);
                WriteObjects(json, e);
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes the record of a handshake that was refused, and a line feed.</summary>
    /// <param name="subject">The certificate's subject; untrusted text.</param>
    public static void WriteRefused(IBufferWriter<byte> output, AuditEvent e, string? subject)
    {
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            json.WriteString("event"u8, "auth"u8);
            json.WriteString("code"u8, AuditCodes.RefusedCertificate);
            json.WriteString("time"u8, e.StartedAt);
            json.WriteString("uid"u8, e.RequestId);
            json.WriteString("addr.remote"u8, e.RemoteAddress);
            json.WriteString("certificate_subject"u8, subject);
            json.WriteString("decision"u8, "denied"u8);
            json.WriteString("reason"u8, e.Outcome);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes the record that takes the place of lost ones, and a line feed.</summary>
    public void WriteGap(IBufferWriter<byte> output, AuditGap gap, DateTimeOffset now)
    {
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            json.WriteString("event"u8, "audit.recovered"u8);
            json.WriteString("code"u8, AuditCodes.Gap);
            json.WriteString("time"u8, now);
            json.WriteString("cluster_name"u8, gateName);
            json.WriteString("server_id"u8, gateName);
            json.WriteString("server_version"u8, version);
            json.WriteNumber("lost"u8, gap.Count);
            json.WriteString("first"u8, gap.First);
            json.WriteString("last"u8, gap.Last);
            json.WriteString("reason"u8, gap.Reason);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private void WriteHead(Utf8JsonWriter json, AuditEvent e, AuditStage stage)
    {
        var failed = e.Decision is not AccessAllowed || (stage == AuditStage.End && e.ResponseCode is >= 400 or 0);
        var (name, code) = AuditCodes.For(e.Request, e.Interactive, stage, failed);
        json.WriteString("event"u8, name);
        json.WriteString("code"u8, code);
        json.WriteString("time"u8, stage == AuditStage.Start ? e.StartedAt : e.StartedAt + e.Duration);
        json.WriteString("uid"u8, stage == AuditStage.Start ? e.RequestId + "-start" : e.RequestId);
        json.WriteString("stage"u8, stage == AuditStage.Start ? "start"u8 : "end"u8);
        json.WriteString("request_id"u8, e.RequestId);
        json.WriteString("cluster_name"u8, gateName);
        json.WriteString("server_id"u8, gateName);
        json.WriteString("server_version"u8, version);
    }

    private static void WriteIdentity(Utf8JsonWriter json, AuditEvent e)
    {
        if (e.Identity is { } who)
        {
            json.WriteString("user"u8, who.User);
            json.WriteString("login"u8, who.User);
            json.WriteString("certificate_serial"u8, who.Serial);
        }

        json.WriteString("proto"u8, "kube"u8);
        WriteIfSet(json, "addr.remote", e.RemoteAddress);
        WriteIfSet(json, "user_agent", Clip(e.UserAgent));
        WriteIfSet(json, "audit_id", Clip(e.AuditId));
    }

    private static void WriteRequest(Utf8JsonWriter json, AuditEvent e)
    {
        json.WriteString("verb"u8, e.Method);
        json.WriteString("request_path"u8, Clip(e.Path));
        if (e.Request is { IsResourceRequest: true } info)
        {
            json.WriteString("kubernetes_verb"u8, info.Verb);
            WriteResource(json, info);
        }

        if (e.Cluster is not null)
        {
            json.WriteString("kubernetes_cluster"u8, e.Cluster);
        }

        if (e.ClusterLabels is { Count: > 0 } labels)
        {
            json.WriteStartObject("kubernetes_labels"u8);
            foreach (var (key, value) in labels)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        if (e.Command.Count > 0)
        {
            WriteStrings(json, e.Request?.Subresource == "portforward" ? "ports" : "command", e.Command);
        }
    }

    private static void WriteResource(Utf8JsonWriter json, RequestInfo info)
    {
        json.WriteString("resource_api_group"u8, info.ApiGroup.Length == 0 ? info.ApiVersion : $"{info.ApiGroup}/{info.ApiVersion}");
        json.WriteString("resource_kind"u8, info.Subresource.Length == 0 ? info.Resource : $"{info.Resource}/{info.Subresource}");
        WriteIfSet(json, "resource_namespace", info.Namespace);
        WriteIfSet(json, "resource_name", info.Name.Length > 0 ? info.Name : info.Body?.Name);
    }

    private static void WriteDecision(Utf8JsonWriter json, AuditEvent e)
    {
        json.WriteString("decision"u8, e.IsAllowed ? "allowed"u8 : "denied"u8);
        json.WriteString("reason"u8, e.Outcome ?? e.Decision?.Explanation ?? "");
        WriteIfSet(json, "role", e.Decision?.Role);
        WriteIfSet(json, "rule", e.Decision?.Rule?.Rule);
        WriteIfSet(json, "rule_revision", e.Decision?.Rule?.Revision);
        WriteIfSet(json, "revision", e.Revision);
        if (e.Decision is AccessAllowed allowed)
        {
            WriteStrings(json, "kubernetes_users", [allowed.Principal.User]);
            WriteStrings(json, "kubernetes_groups", allowed.Principal.Groups);
        }
    }

    private static void WriteObjects(Utf8JsonWriter json, AuditEvent e)
    {
        if (e.ObjectsShown is { } shown)
        {
            json.WriteNumber("objects_shown"u8, shown);
            json.WriteNumber("objects_withheld"u8, e.ObjectsWithheld ?? 0);
        }

        if (e.Objects.Count > 0)
        {
            WriteStrings(json, "objects_deleted", e.Objects);
        }
    }

    private static void WriteIfSet(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>A header or a path may have a megabyte; a record of one line need not. What was run in an exec is never cut.</summary>
    private static string? Clip(string? text) => text is { Length: > MostText } ? string.Concat(text.AsSpan(0, MostText), "...") : text;

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
