using System.CommandLine;
using Tidegate.Manual;

namespace Tidegate.Cli;

/// <summary>The command line's definitions as plain values, for manual pages and completions. Hidden commands and options stay hidden.</summary>
internal static class CommandTree
{
    private const string Program = "tidegate";

    /// <summary>How a value's name says that it is a path.</summary>
    private static readonly string[] Files = ["FILE", "PATH", "PLACE", "DIR|REV"];

    private static readonly string[] Unguessable = ["REVISION", "NAME", "URL", "N", "ADDRESS:PORT", "HOST:PORT", "KEY=PATTERN", "KEY=VALUE"];

    public static CommandNode Of(RootCommand root) => Node(root, Program, []);

    private static CommandNode Node(Command command, string path, IReadOnlyList<Option> inherited)
    {
        var options = command.Options.Concat(inherited).Where(o => !o.Hidden).ToList();
        var passedOn = options.Where(o => o.Recursive).ToList();
        return new(
            path,
            command.Description ?? "",
            [.. command.Arguments.Where(a => !a.Hidden).Select(Node)],
            [.. options.Select(Node)],
            [.. command.Subcommands.Where(c => !c.Hidden).Select(c => Node(c, $"{path} {c.Name}", passedOn))]);
    }

    private static ValueNode Node(Argument argument)
    {
        var name = argument.HelpName ?? argument.Name;
        var words = Words(argument.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty));
        return new(name, argument.Description ?? "", Kind(name, words), words, argument.Arity.MinimumNumberOfValues > 0);
    }

    private static OptionNode Node(Option option)
    {
        var names = option.Aliases.Where(a => a.StartsWith('-')).Order(StringComparer.Ordinal).Prepend(option.Name).Distinct().ToList();
        var takesValue = option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);
        var name = takesValue ? option.HelpName ?? throw new InvalidOperationException($"The option {option.Name} does not name its value.") : "";
        var words = takesValue ? Words(option.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty)) : [];
        var value = new ValueNode(name, option.Description ?? "", takesValue ? Kind(name, words) : ValueKind.None, words, option.Required);
        return new(names, value, takesValue ? Default(option) : null, option.Arity.MaximumNumberOfValues > 1);
    }

    /// <summary>A default that depends on the host is said in the description, in brackets, and not here.</summary>
    private static string? Default(Option option) =>
        option.HasDefaultValue && option.Description?.Contains("(default:", StringComparison.Ordinal) != true && option.GetDefaultValue() is { } value
            ? value is Enum word ? word.ToString().ToLowerInvariant() : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    private static List<string> Words(IEnumerable<System.CommandLine.Completions.CompletionItem> items) =>
        [.. items.Select(i => i.Label.ToLowerInvariant()).Order(StringComparer.Ordinal)];

    private static ValueKind Kind(string name, List<string> words) => name switch
    {
        "DIR" => ValueKind.Folder,
        _ when Files.Contains(name) => ValueKind.File,
        _ when words.Count > 0 => ValueKind.Words,
        _ when Unguessable.Contains(name) => ValueKind.Free,
        _ => throw new InvalidOperationException($"It is not known what a shell can offer for {name}."),
    };
}
