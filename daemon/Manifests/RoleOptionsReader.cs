using System.Globalization;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>
/// <c>options</c> of a role. A restricting option that is not enforced here refuses the role unless its value means "no restriction".
/// <c>mfa_verification_interval</c> loads: it governs the certificates that the original issues, and the lifetime of those presented here is the issuing
/// authority's. <c>lock</c> loads with either value: locks come with the state that a decision is made from, so that they are never unknown.
/// </summary>
internal static class RoleOptionsReader
{
    private const string Duration = "a duration";
    private const string Never = "never";

    /// <summary>Each option that is not enforced, with the values that restrict nothing.</summary>
    private static readonly (string Name, string[] Harmless)[] Restricting =
    [
        ("device_trust_mode", ["", "off", "optional"]),
        ("pin_source_ip", ["", "false", "no", "off"]),
        ("require_session_mfa", ["", "false", "no", "off"]),
    ];

    private static readonly HashSet<string> Other = new(StringComparer.Ordinal)
    {
        "cert_extensions", "cert_format", "create_db_user", "create_db_user_mode", "create_desktop_user", "create_host_user",
        "create_host_user_default_shell", "create_host_user_mode", "desktop_clipboard", "desktop_directory_sharing", "enhanced_recording",
        "forward_agent", "idp", "max_connections", "max_sessions", "mfa_verification_interval", "permit_x11_forwarding",
        "port_forwarding", "request_access", "request_prompt", "ssh_file_copy", "ssh_port_forwarding",
    };

    public static RoleOptions Read(FieldReader options)
    {
        foreach (var (name, harmless) in Restricting)
        {
            if (options.Node(name) is { } node && !(node is YamlScalar scalar && harmless.Contains(scalar.Value.ToLower(CultureInfo.InvariantCulture))))
            {
                options.Refuse(name, $"this version does not enforce {name}: remove the option, or set it to {Shown(harmless)}");
            }
        }

        var read = new RoleOptions
        {
            MaxSessionTtl = ReadDuration(options, "max_session_ttl"),
            ClientIdleTimeout = ReadDuration(options, "client_idle_timeout"),
            DisconnectExpiredCert = ReadFlag(options, "disconnect_expired_cert"),
            MaxKubernetesConnections = ReadCount(options, "max_kubernetes_connections"),
        };
        CheckLock(options);
        CheckRecording(options);
        options.Finish(Other);
        return read;
    }

    private static string Shown(string[] harmless) => harmless.First(h => h.Length > 0);

    /// <summary>What stands there, quoted or not: YAML takes <c>0</c> for a number and <c>no</c> for a flag, and here each is one of the words.</summary>
    /// <returns>Empty when absent; null when it is no single value, which is then noted.</returns>
    private static string? Scalar(FieldReader options, string name, string type, string? bounds = null)
    {
        options.Problems.Catalog?.Note(options.PathOf(name), FieldShape.Value, type, bounds: bounds);
        switch (options.Node(name))
        {
            case null:
                return "";
            case YamlScalar scalar:
                return scalar.Value;
            case var node:
                options.Refuse(name, $"this must be {type}, and is {node.Noun}");
                return null;
        }
    }

    /// <summary>
    /// Null: no limit, which is also what zero and less mean (Teleport, <c>lib/services/role.go AdjustClientIdleTimeout</c>; for <c>max_session_ttl</c> the original
    /// then takes 30 hours, which is the longest that its own certificates live).
    /// </summary>
    private static TimeSpan? ReadDuration(FieldReader options, string name)
    {
        if (Scalar(options, name, Duration) is not { Length: > 0 } text || text.Equals(Never, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (!GoDuration.TryParse(text, out var value, out var error))
        {
            options.Refuse(name, error);
            return null;
        }

        // Below the clock's step a limit would turn into none.
        if (value == TimeSpan.Zero && text.AsSpan().ContainsAnyInRange('1', '9'))
        {
            options.Refuse(name, $"\"{text}\" is shorter than can be measured: write 0 for no limit");
        }

        return value > TimeSpan.Zero ? value : null;
    }

    /// <summary>Source of the words: Teleport, <c>api/utils ParseBool</c>.</summary>
    private static bool ReadFlag(FieldReader options, string name)
    {
        switch (Scalar(options, name, "true or false")?.ToLower(CultureInfo.InvariantCulture))
        {
            case "yes" or "yeah" or "y" or "true" or "1" or "on":
                return true;
            case null or "" or "no" or "nope" or "n" or "false" or "0" or "off":
                return false;
            default:
                options.Refuse(name, "this must be true or false");
                return false;
        }
    }

    private static int ReadCount(FieldReader options, string name)
    {
        if (Scalar(options, name, "a whole number", $"0 to {int.MaxValue}") is not { Length: > 0 } text)
        {
            return 0;
        }

        // YAML 1.1 takes a leading zero for octal, others do not.
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && (text[0] != '0' || text.Length == 1))
        {
            return count;
        }

        options.Refuse(name, $"this must be a whole number from 0, which means no limit, to {int.MaxValue}, in decimal digits");
        return 0;
    }

    private static void CheckLock(FieldReader options)
    {
        if (Scalar(options, "lock", "strict or best_effort")?.ToLower(CultureInfo.InvariantCulture) is not (null or "" or "strict" or "best_effort"))
        {
            options.Refuse("lock", "this must be strict or best_effort");
        }
    }

    /// <summary><c>strict</c> ends a session that cannot be recorded, and none is recorded here.</summary>
    private static void CheckRecording(FieldReader options)
    {
        if (options.Mapping("record_session") is not { } recording)
        {
            return;
        }

        foreach (var name in (ReadOnlySpan<string>)["default", "k8s"])
        {
            if (recording.Text(name) is { } mode and not ("" or "best_effort" or "off"))
            {
                recording.Refuse(name, $"this version does not record sessions, so \"{mode}\" cannot be kept: write best_effort");
            }
        }

        recording.Ignore("desktop", "ssh");
        recording.Finish();
    }
}
