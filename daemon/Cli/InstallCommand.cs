using System.CommandLine;
using Tidegate.Configuration;

namespace Tidegate.Cli;

/// <summary><c>tidegate install systemd [-o PATH]</c>: the unit of this program where it is, after the original's command of that name.</summary>
internal static class InstallCommand
{
    private const string UsualPath = "/etc/systemd/system/tidegate.service";

    public static Command Create() => new("install", "Write what the host needs.") { Systemd() };

    private static Command Systemd()
    {
        var standard = new SystemdUnit();
        var output = Text("--output", "PLACE", $"Where to write: {OutputPlace.Stdout}, {OutputPlace.Usual} (that is {UsualPath}), or a path; beside a file comes its socket unit", OutputPlace.Stdout);
        output.Aliases.Add("-o");
        output.CompletionSources.Add(OutputPlace.Stdout, OutputPlace.Usual);
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace files that are there" };
        var config = Text("--config", "FILE", "The configuration that the unit starts with", ConfigurationReader.DefaultPath);
        config.Aliases.Add("-c");
        var envFile = Text("--env-file", "FILE", "A file with variables for the daemon; it need not exist", standard.EnvironmentFile);
        var limit = new Option<int>("--fd-limit") { Description = "Maximum number of open files", HelpName = "N", DefaultValueFactory = _ => standard.OpenFiles };
        var program = Text("--tidegate-path", "FILE", "The program that the unit starts (default: this one)", Environment.ProcessPath ?? standard.Program);
        var command = new Command("systemd", "Write a systemd unit.") { output, overwrite, config, envFile, limit, program };
        command.SetAction(parsed =>
        {
            var unit = new SystemdUnit
            {
                Program = Path.GetFullPath(parsed.GetValue(program)!),
                Configuration = Path.GetFullPath(parsed.GetValue(config)!),
                EnvironmentFile = Path.GetFullPath(parsed.GetValue(envFile)!),
                OpenFiles = parsed.GetValue(limit),
                KnowsReload = SystemdUnit.HostKnowsReload(),
            };
            Write(unit, parsed.GetValue(output)!, parsed.GetValue(overwrite));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(SystemdUnit unit, string place, bool overwrite)
    {
        var service = unit.Service();
        if (place == OutputPlace.Stdout)
        {
            Console.Out.Write(service);
            return;
        }

        var path = OutputPlace.PathOf(place, UsualPath);
        var socket = Path.ChangeExtension(path, ".socket");
        OutputPlace.Write(path, service, overwrite);
        OutputPlace.Write(socket, SystemdUnit.Socket(), overwrite);
        Console.Out.Write($"""

            A systemd unit has been created at "{path}", and its socket at "{socket}".
            To start Tidegate with them, run:

            sudo systemctl daemon-reload
            sudo systemctl enable --now {Path.GetFileNameWithoutExtension(path)}

            Note that the unit needs the user "tidegate" and the folder "{CredentialFile.Source}":

            sudo useradd --system --user-group --home-dir /var/lib/tidegate --shell /usr/sbin/nologin tidegate
            sudo install -d -m 0700 {CredentialFile.Source}

            """);
    }

    private static Option<string> Text(string name, string help, string description, string standard) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => standard };
}
