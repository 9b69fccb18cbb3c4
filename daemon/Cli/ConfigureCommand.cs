using System.CommandLine;
using System.Runtime.InteropServices;
using Tidegate.Configuration;

namespace Tidegate.Cli;

/// <summary><c>tidegate configure [-o file]</c>: a base teleport.yaml from flags, after Teleport's command of that name.</summary>
internal static partial class ConfigureCommand
{
    // W_OK and X_OK of access(2).
    private const int WriteAndEnter = 3;

    public static Command Create()
    {
        var flags = new ConfigureFlags();
        var output = new Option<string>("--output", "-o")
        {
            Description = $"Where to write: {OutputPlace.Stdout}, {OutputPlace.Usual} (that is {ConfigurationReader.DefaultPath}), or a path",
            HelpName = "PLACE",
            DefaultValueFactory = _ => OutputPlace.Stdout,
        };
        output.CompletionSources.Add(OutputPlace.Stdout, OutputPlace.Usual);
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the file if it is there" };
        var command = new Command("configure", "Write a base teleport.yaml.") { output, overwrite };
        flags.AddTo(command);
        command.SetAction(parsed =>
        {
            var template = flags.Template(parsed);
            var text = template.Render();
            var errors = ConfigurationReader.Parse("teleport.yaml", text).Errors;
            if (errors.Count > 0)
            {
                throw new CommandException(string.Join("\nerror: ", errors.Select(e => $"{e.Field}: {e.Message}")), ExitCode.Usage);
            }

            Write(text, template.DataDir, parsed.GetValue(output)!, parsed.GetValue(overwrite));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(string text, string dataDir, string place, bool overwrite)
    {
        if (place == OutputPlace.Stdout)
        {
            Console.Out.Write(text);
            return;
        }

        var path = OutputPlace.PathOf(place, ConfigurationReader.DefaultPath);
        OutputPlace.Write(path, text, overwrite);
        Console.Out.Write($"""

            A Tidegate configuration file has been created at "{path}".
            To start Tidegate with this configuration file, run:


            """);
        var reasons = WhyRoot(path, dataDir).ToList();
        Console.Out.Write($"{(reasons.Count > 0 ? "sudo " : "")}tidegate start --config=\"{path}\"\n\n");
        if (reasons.Count > 0)
        {
            Console.Out.Write("Note that starting a Tidegate server with this configuration will require root access as:\n");
            reasons.ForEach(r => Console.Out.Write($"- {r}\n"));
        }
    }

    /// <summary>The original's reasons: what the caller may not write to.</summary>
    private static IEnumerable<string> WhyRoot(string path, string dataDir)
    {
        if (!MayWrite(Path.GetDirectoryName(path)!))
        {
            yield return $"The Tidegate configuration is located at \"{path}\".";
        }

        if (!MayWrite(dataDir))
        {
            yield return $"Tidegate will be storing data at \"{dataDir}\". To change that, edit the \"data_dir\" field in \"{path}\".";
        }
    }

    private static bool MayWrite(string folder)
    {
        var existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        return access(existing, WriteAndEnter) == 0;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string path, int mode);
}
