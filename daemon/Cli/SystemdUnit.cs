using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tidegate.Configuration;

namespace Tidegate.Cli;

/// <summary>The packaged unit, which the program carries, with the paths of another installation.</summary>
internal sealed record SystemdUnit
{
    // The first that knows Type=notify-reload; an older one takes the service for Type=simple. Source: systemd's NEWS.
    private const int FirstWithReload = 253;

    public string Program { get; init; } = "/usr/bin/tidegate";

    public string Configuration { get; init; } = ConfigurationReader.DefaultPath;

    public string EnvironmentFile { get; init; } = "/etc/default/tidegate";

    /// <summary>LimitNOFILE=.</summary>
    public int OpenFiles { get; init; } = 524288;

    /// <summary>Whether systemd knows Type=notify-reload.</summary>
    public bool KnowsReload { get; init; }

    public static string Socket() => Resource("tidegate.socket");

    /// <exception cref="CommandException">A path that a unit cannot hold, or a limit that is none.</exception>
    public string Service()
    {
        if (OpenFiles < 1)
        {
            throw new CommandException($"--fd-limit {OpenFiles}: must be at least 1", ExitCode.Usage);
        }

        var text = new StringBuilder(Resource("tidegate.service"));
        Replace(text, "Type=notify", KnowsReload ? "Type=notify-reload" : "Type=notify");
        Replace(text, "EnvironmentFile=-/etc/default/tidegate", $"EnvironmentFile=-{Checked(EnvironmentFile)}");
        Replace(text, "ExecStart=/usr/bin/tidegate start --config=/etc/tidegate/teleport.yaml", $"ExecStart={Checked(Program)} start --config={Checked(Configuration)}");
        Replace(text, "ExecReload=/usr/bin/tidegate reload --config=/etc/tidegate/teleport.yaml", $"ExecReload={Checked(Program)} reload --config={Checked(Configuration)}");
        Replace(text, "LimitNOFILE=524288", string.Create(CultureInfo.InvariantCulture, $"LimitNOFILE={OpenFiles}"));
        if (KnowsReload)
        {
            Replace(text, "# Where systemd is 253 or newer the package adds notify-reload.conf, which makes this notify-reload.", "# systemd 253 or newer.");
        }

        return text.ToString();
    }

    /// <summary>What <c>systemctl --version</c> says of this host; no where there is none.</summary>
    public static bool HostKnowsReload()
    {
        try
        {
            using var systemctl = Process.Start(new ProcessStartInfo("systemctl", ["--version"]) { RedirectStandardOutput = true })!;
            var version = systemctl.StandardOutput.ReadToEnd();
            systemctl.WaitForExit();
            return VersionOf(version) >= FirstWithReload;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <param name="text">Such as <c>systemd 252 (252.39-1~deb12u2)</c>, and more lines.</param>
    /// <returns>0 when it says none.</returns>
    public static int VersionOf(string text) =>
        text.Split(' ', '\n') is ["systemd", var number, ..] && int.TryParse(number.Split('.', '~')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    // systemd.syntax(7) and systemd.service(5) give these a meaning; a path that needs none of them can be read by people too.
    private static string Checked(string path) => path.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '%' or '$' or '"' or '\'' or '\\' or ';')
        ? throw new CommandException($"{path}: a path in a unit must be without spaces, quotes, backslashes and the characters % $ ;", ExitCode.Usage)
        : path;

    private static void Replace(StringBuilder text, string line, string by)
    {
        var before = text.ToString();
        var replaced = before.Replace($"\n{line}\n", $"\n{by}\n", StringComparison.Ordinal);
        if (before == replaced && line != by)
        {
            throw new InvalidOperationException($"the packaged unit has no line '{line}'");
        }

        text.Clear().Append(replaced);
    }

    private static string Resource(string name)
    {
        using var stream = typeof(SystemdUnit).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the program has no resource {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
