using Tidegate.Audit;
using Tidegate.Values;

namespace Tidegate.Configuration;

/// <summary>Reads <c>teleport</c>: what concerns the process as a whole.</summary>
internal static class TeleportSection
{
    private const string DefaultDataDir = "/var/lib/tidegate";

    private const string NoMembership = "this daemon joins no Teleport cluster";

    private static readonly string[] Membership =
        ["auth_token", "join_params", "ca_pin", "auth_server", "auth_servers", "proxy_server", "advertise_ip", "cache"];

    public static TeleportOptions Read(SectionReader section)
    {
        var options = new TeleportOptions
        {
            NodeName = section.Text("nodename") ?? Environment.MachineName,
            DataDir = section.FilePath("data_dir", kind: null) ?? DefaultDataDir,
            PidFile = section.FilePath("pid_file", FileReferenceKind.Output),
            DiagAddr = section.ListenAddress("diag_addr", defaultPort: null),
            Log = Log(section.Section("log")),
            Audit = Audit(section.Section("audit")),
        };
        foreach (var key in Membership)
        {
            section.Ignored(key, NoMembership);
        }

        section.Unsupported("connection_limits");
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
        switch (setting.Text)
        {
            case "journald" or "syslog":
                return (LogOutput.Journald, null);
            case "stderr" or "error" or "2":
                return (LogOutput.Stderr, null);
            case "stdout" or "out" or "1":
                return (LogOutput.Stdout, null);
            case ['/', ..] when section.FilePath(setting, FileReferenceKind.Output) is { } file:
                return (LogOutput.File, file);
            default:
                section.Problems.Error(setting.Place, setting.Field, $"\"{setting.Text}\" must be journald, stderr, stdout or the absolute path of a file");
                return (LogOutput.Automatic, null);
        }
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
