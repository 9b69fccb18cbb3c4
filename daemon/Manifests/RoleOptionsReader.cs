using System.Globalization;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>
/// <c>options</c> of a role. A restricting option that is not enforced here refuses the role unless its value means "no restriction".
/// <c>max_session_ttl</c> and <c>mfa_verification_interval</c> load: they govern the certificates that the original issues, and the lifetime of those
/// presented here is the issuing authority's.
/// </summary>
internal static class RoleOptionsReader
{
    /// <summary>Each restricting option with the values that restrict nothing.</summary>
    private static readonly (string Name, string[] Harmless)[] Restricting =
    [
        ("client_idle_timeout", ["", "0", "0s", "0m0s", "0h0m0s", "never"]),
        ("device_trust_mode", ["", "off", "optional"]),
        ("disconnect_expired_cert", ["", "false", "no", "off"]),
        ("lock", ["", "best_effort"]),
        ("max_kubernetes_connections", ["", "0"]),
        ("pin_source_ip", ["", "false", "no", "off"]),
        ("require_session_mfa", ["", "false", "no", "off"]),
    ];

    private static readonly HashSet<string> Other = new(StringComparer.Ordinal)
    {
        "cert_extensions", "cert_format", "create_db_user", "create_db_user_mode", "create_desktop_user", "create_host_user",
        "create_host_user_default_shell", "create_host_user_mode", "desktop_clipboard", "desktop_directory_sharing", "enhanced_recording",
        "forward_agent", "idp", "max_connections", "max_session_ttl", "max_sessions", "mfa_verification_interval", "permit_x11_forwarding",
        "port_forwarding", "request_access", "request_prompt", "ssh_file_copy", "ssh_port_forwarding",
    };

    public static void Check(FieldReader options)
    {
        foreach (var (name, harmless) in Restricting)
        {
            if (options.Node(name) is { } node && !(node is YamlScalar scalar && harmless.Contains(scalar.Value.ToLower(CultureInfo.InvariantCulture))))
            {
                options.Refuse(name, $"this version does not enforce {name}: remove the option, or set it to {Shown(harmless)}");
            }
        }

        CheckRecording(options);
        options.Finish(Other);
    }

    private static string Shown(string[] harmless) => harmless.First(h => h.Length > 0);

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
