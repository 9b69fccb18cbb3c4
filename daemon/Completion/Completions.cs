using Tidegate.Manual;

namespace Tidegate.Completion;

/// <summary>
/// The completions for all shells, as paths below the output folder with their contents. They are written out rather than asked of the program at each
/// Tab: starting it takes longer than a person wants to wait for a word.
/// </summary>
internal static class Completions
{
    public static IEnumerable<(string Path, string Content)> Of(CommandNode root) =>
    [
        ("completions/bash/tidegate", new BashCompletion(root).ToString()),
        ("completions/zsh/_tidegate", new ZshCompletion(root).ToString()),
        ("completions/fish/tidegate.fish", new FishCompletion(root).ToString()),
    ];

    /// <summary>Every name of an option that takes a value, so that a script can step over the value.</summary>
    public static IReadOnlyList<string> ValueOptions(CommandNode root) =>
        [.. root.All().SelectMany(c => c.Options).Where(o => o.Value.Kind != ValueKind.None).SelectMany(NamesOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>An option's names, but for <c>-?</c>, which shells take for a pattern.</summary>
    public static IEnumerable<string> NamesOf(OptionNode option) => option.Names.Where(n => n != "-?");

    /// <summary>The words after the program's name that call a command; empty for the program itself.</summary>
    public static string WordsOf(CommandNode root, CommandNode command) => command.Path[root.Path.Length..].TrimStart();

    /// <summary>A text between single quotes, for bash and zsh.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
