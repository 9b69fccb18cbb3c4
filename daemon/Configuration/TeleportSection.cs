using Tidegate.Audit;
using Tidegate.Values;

namespace Tidegate.Configuration;

/// <summary>Reads <c>teleport</c>: what concerns the process as a whole.</summary>
internal static class TeleportSection
{
    private const string DefaultDataDir = "/var/lib/tidegate";

    /// <summary>What a process of the original needs to join its cluster, and how it behaves there. None of it restricts what people may do.</summary>
    private static readonly (string Reason, string[] Keys)[] Meaningless =
    [
        ("this daemon joins no Teleport cluster",
        [
            "auth_token", "join_params", "ca_pin", "auth_server", "auth_servers", "proxy_server", "relay_server", "advertise_ip", "cache", "auth_connection_config",
            "rotation_connection_interval", "polling_period", "seed_config", "storage", "keys",
        ]),
        ("kubernetes_service.drain_timeout says how long requests in flight go on", ["shutdown_delay"]),
        ("this daemon has bounds of its own, which are always in force", ["connection_limits"]),
        ("this daemon speaks no SSH", ["ciphers", "kex_algos", "mac_algos", "ca_signature_algo"]),
    ];

    private static readonly (string Word, LogOutput Output)[] LogOutputs =
    [
        ("journald", LogOutput.Journald),
        ("stderr", LogOutput.Stderr),
        ("stdout", LogOutput.Stdout),
        ("syslog", LogOutput.Journald),
        ("error", LogOutput.Stderr),
        ("2", LogOutput.Stderr),
        ("out", LogOutput.Stdout),
        ("1", LogOutput.Stdout),
    ];

    public static TeleportOptions Read(SectionReader section)
    {
        var options = new TeleportOptions
        {
            NodeName = section.Text("nodename") ?? Environment.MachineName,
            DataDir = section.FilePath("data_dir", FileReferenceKind.OwnDirectory) ?? DefaultDataDir,
            PidFile = section.FilePath("pid_file", FileReferenceKind.Output),
            DiagAddr = section.ListenAddress("diag_addr", defaultPort: null),
            Log = Log(section.Section("log")),
            Audit = Audit(section.Section("audit")),
        };
        foreach (var (reason, keys) in Meaningless)
        {
            foreach (var key in keys)
            {
                section.Ignored(key, reason);
            }
        }

        // What restricts which TLS is spoken is not ignored.
        section.Unsupported("ciphersuites");
        section.Close();
        return options;
    }

    /// <summary>Words and aliases are Teleport's; a file must be an absolute path, so that a mistyped word makes no file.</summary>
    private static LogOptions Log(SectionReader section)
    {
        var severity = section.Choice(
            "severity",
            LogLevel.Information,
            ("TRACE", LogLevel.Trace),
            ("DEBUG", LogLevel.Debug),
            ("INFO", LogLevel.Information),
            ("WARN", LogLevel.Warning),
            ("WARNING", LogLevel.Warning),
            ("ERROR", LogLevel.Error),
            ("ERR", LogLevel.Error));
        var format = section.Section("format");
        var shape = format.Choice("output", LogFormat.Text, ("text", LogFormat.Text), ("json", LogFormat.Json));
        format.Ignored("extra_fields", "every field is always written");
        format.Close();
        var (output, file) = section.Value("output") is { } setting ? LogTarget(section, setting) : (LogOutput.Automatic, null);
        section.Close();
        return new(output, file, severity, shape);
    }

    private static (LogOutput Output, string? File) LogTarget(SectionReader section, Setting setting)
    {
        if (LogOutputs.FirstOrDefault(o => o.Word == setting.Text) is { Word: not null } known)
        {
            return (known.Output, null);
        }

        if (setting.Text.StartsWith('/') && section.FilePath(setting, FileReferenceKind.Output) is { } file)
        {
            return (LogOutput.File, file);
        }

        section.Problems.Error(
            setting.Place, setting.Field, $"\"{setting.Text}\" must be {string.Join(", ", LogOutputs.Select(o => o.Word))} or the absolute path of a file");
        return (LogOutput.Automatic, null);
    }

    private static AuditOptions Audit(SectionReader section)
    {
        var written = section.Node("output");
        var outputs = new List<string>();
        foreach (var setting in section.Values("output"))
        {
            if (setting.Text == AuditOptions.Journald)
            {
                outputs.Add(setting.Text);
            }
            else if (!setting.Text.StartsWith('/'))
            {
                section.Problems.Error(
                    setting.Place, setting.Field, $"\"{setting.Text}\" must be journald or the absolute path of a file; the audit log is never off");
            }
            else if (section.FilePath(setting, FileReferenceKind.Output) is { } file)
            {
                outputs.Add(file);
            }
        }

        if (written is YamlSequence { IsEmpty: true })
        {
            section.Problems.Error(written.Place, section.FieldOf("output"), "is an empty list; the audit log is never off: name journald or a file");
        }

        var onFailure = section.Choice("on_failure", AuditFailure.Refuse, ("refuse", AuditFailure.Refuse), ("continue", AuditFailure.Continue));
        var spool = section.Number("spool_max_mb", AuditOptions.DefaultSpoolMegabytes, 1, 65_536);
        section.Close();
        return new(written is null ? AuditOptions.Default.Outputs : outputs.Distinct(StringComparer.Ordinal).ToEquatableList(), onFailure, spool);
    }
}
