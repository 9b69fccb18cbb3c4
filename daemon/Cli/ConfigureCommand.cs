using System.CommandLine;
using Tidegate.Configuration;

namespace Tidegate.Cli;

/// <summary><c>tidegate configure [-o file]</c>: a base teleport.yaml from flags, after Teleport's command of that name.</summary>
internal static class ConfigureCommand
{
    private const string ToStdout = "stdout";
    private const string ToDefaultPath = "file";

    public static Command Create()
    {
        var flags = new ConfigureFlags();
        var output = new Option<string>("--output", "-o")
        {
            Description = $"Where to write: {ToStdout}, {ToDefaultPath} (that is {ConfigurationReader.DefaultPath}), or a path",
            HelpName = "PLACE",
            DefaultValueFactory = _ => ToStdout,
        };
        output.CompletionSources.Add(ToStdout, ToDefaultPath);
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the file if it is there" };
        var command = new Command("configure", "Write a base teleport.yaml.") { output, overwrite };
        flags.AddTo(command);
        command.SetAction(parsed =>
        {
            var text = flags.Template(parsed).Render();
            var errors = ConfigurationReader.Parse("teleport.yaml", text).Errors;
            if (errors.Count > 0)
            {
                throw new CommandException(string.Join("\nerror: ", errors.Select(e => $"{e.Field}: {e.Message}")), ExitCode.Usage);
            }

            Write(text, parsed.GetValue(output)!, parsed.GetValue(overwrite));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(string text, string place, bool overwrite)
    {
        if (place == ToStdout)
        {
            Console.Out.Write(text);
            return;
        }

        var path = place switch
        {
            ToDefaultPath => ConfigurationReader.DefaultPath,
            _ when place.StartsWith("file://", StringComparison.Ordinal) => new Uri(place).LocalPath,
            _ => Path.GetFullPath(place),
        };
        try
        {
            // CreateNew follows no link and never writes over something that appears meanwhile.
            using var file = new FileStream(path, overwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            throw new CommandException($"will not overwrite existing file {path}; give --overwrite or another --output", ExitCode.Failed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be written: {e.Message}", ExitCode.Failed);
        }

        Console.Out.Write($"""

            A Tidegate configuration file has been created at "{path}".
            To start Tidegate with this configuration file, run:

            tidegate start --config="{path}"

            """);
    }
}
