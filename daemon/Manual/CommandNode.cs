namespace Tidegate.Manual;

/// <summary>What the shell can offer for a value.</summary>
internal enum ValueKind
{
    /// <summary>An option that takes no value.</summary>
    None,

    /// <summary>Nobody can guess it.</summary>
    Free,

    /// <summary>One of <c>Words</c>.</summary>
    Words,

    /// <summary>A file or folder, or one of <c>Words</c>.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,
}

/// <summary>A value on the command line.</summary>
/// <param name="Name">As the synopsis shows it, such as <c>FILE</c>.</param>
internal sealed record ValueNode(string Name, string Description, ValueKind Kind, IReadOnlyList<string> Words, bool IsRequired);

/// <summary>An option of a command.</summary>
/// <param name="Names">With their dashes, the long one first.</param>
/// <param name="Default">Null when there is none, or the description says it.</param>
internal sealed record OptionNode(IReadOnlyList<string> Names, ValueNode Value, string? Default, bool IsRepeatable)
{
    public string Description => Value.Description;
}

/// <summary>A command or a group of commands, as the command line defines it.</summary>
/// <param name="Path">The words that call it, beginning with the program's name.</param>
internal sealed record CommandNode(
    string Path, string Description, IReadOnlyList<ValueNode> Arguments, IReadOnlyList<OptionNode> Options, IReadOnlyList<CommandNode> Commands)
{
    public string Name => Path[(Path.LastIndexOf(' ') + 1)..];

    /// <summary>The name of its manual page.</summary>
    public string PageName => Path.Replace(' ', '-');

    /// <summary>This command and everything below it, in the order of the definitions.</summary>
    public IEnumerable<CommandNode> All() => Commands.SelectMany(c => c.All()).Prepend(this);

    public bool Takes(string option) => Options.Any(o => o.Names.Contains(option));
}
