using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Tidegate.Completion;
using Tidegate.Manual;

namespace Tidegate.Cli;

/// <summary><c>tidegate generate-docs --output DIR</c>: manual pages and completions, for packages. Nobody else needs it, so the help does not show it.</summary>
internal static class GenerateDocsCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--output", "-o") { Description = "The folder to write to; it is made if need be", HelpName = "DIR", Required = true };
        var command = new Command("generate-docs", "Write the manual pages and the completions for shells.") { output };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var tree = CommandTree.Of((RootCommand)parsed.RootCommandResult.Command);
            try
            {
                Write(parsed.GetValue(output)!, [.. ManualPages.Of(tree, ExitCode.Meanings, Edition()), .. Completions.Of(tree)]);
                return ExitCode.Done;
            }
            catch (InvalidOperationException e)
            {
                // A text and a reader that disagree: whoever builds a package must see which.
                throw new CommandException(e.Message, ExitCode.Failed);
            }
        });
        return command;
    }

    /// <summary>The date is that of the sources (reproducible-builds.org), or there is none: two runs write the same.</summary>
    private static Edition Edition()
    {
        var version = typeof(GenerateDocsCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var told = Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH");
        if (told is not { Length: > 0 })
        {
            return new(version.Split('+')[0], "");
        }

        return long.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? new(version.Split('+')[0], DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            : throw new CommandException("SOURCE_DATE_EPOCH must be a number of seconds since 1970", ExitCode.Usage);
    }

    private static void Write(string folder, IReadOnlyList<(string Path, string Content)> files)
    {
        foreach (var (path, content) in files)
        {
            var full = Path.GetFullPath(Path.Combine(folder, path));
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                File.WriteAllText(full, content);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CommandException($"{full} cannot be written: {e.Message}", ExitCode.Failed);
            }
        }
    }
}
