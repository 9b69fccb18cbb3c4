using System.CommandLine;
using Tidegate.Yaml;

namespace Tidegate.Cli;

/// <summary>A word where a command belongs and that is none. Said before anything else, since <c>--help</c> beside it would print help for something else.</summary>
internal static class UnknownCommand
{
    /// <summary>Null, or what is wrong and which command is probably meant.</summary>
    public static string? Error(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0 || command.Arguments.Count > 0 || parsed.UnmatchedTokens.FirstOrDefault(t => !t.StartsWith('-')) is not { } word)
        {
            return null;
        }

        var names = command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).ToList();
        var remedy = Suggestion.For(word, names) is { } near ? $"did you mean \"{near}\"?" : $"there are {string.Join(", ", names)}";
        return $"there is no command \"{word}\" here: {remedy}";
    }
}
