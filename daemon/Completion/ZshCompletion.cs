using System.Text;
using Tidegate.Manual;

namespace Tidegate.Completion;

/// <summary>The completion for zsh: one function for each command, around <c>_arguments</c> (zshcompsys(1)).</summary>
internal sealed class ZshCompletion(CommandNode root)
{
    public override string ToString()
    {
        var text = new StringBuilder("#compdef tidegate\n# zsh completion for tidegate. Made by 'tidegate generate-docs'.\n\n_tidegate_or_files() {\n    compadd -- \"$@\"\n    _files\n}\n\n");
        foreach (var command in root.All())
        {
            Function(text, command);
        }

        return text.Append($"{NameOf(root)} \"$@\"\n").ToString();
    }

    private static string NameOf(CommandNode command) => "_" + command.Path.Replace(' ', '_').Replace('-', '_');

    private static void Function(StringBuilder text, CommandNode command)
    {
        text.Append($"{NameOf(command)}() {{\n");
        if (command.Commands.Count > 0)
        {
            text.Append("    local context state state_descr line\n    typeset -A opt_args\n    _arguments -C");
        }
        else
        {
            text.Append("    _arguments");
        }

        foreach (var option in command.Options)
        {
            text.Append(" \\\n        ").Append(Spec(option));
        }

        foreach (var argument in command.Arguments)
        {
            text.Append(" \\\n        ").Append(Completions.Quote($"{(argument.IsRequired ? "" : ":")}:{Message(argument.Name)}:{Action(argument)}"));
        }

        if (command.Commands.Count > 0)
        {
            Children(text, command);
        }

        text.Append("\n}\n\n");
    }

    private static void Children(StringBuilder text, CommandNode command)
    {
        text.Append(" \\\n        '1: :->command' \\\n        '*:: :->argument'\n    case $state in\n        command)\n            local -a commands=(\n");
        foreach (var child in command.Commands)
        {
            text.Append($"                {Completions.Quote($"{child.Name}:{child.Description.TrimEnd('.')}")}\n");
        }

        text.Append("            )\n            _describe -t commands command commands\n            ;;\n        argument)\n            case $line[1] in\n");
        foreach (var child in command.Commands)
        {
            text.Append($"                {child.Name}) {NameOf(child)} ;;\n");
        }

        text.Append("            esac\n            ;;\n    esac");
    }

    /// <summary>Such as <c>'(-c --config)'{-c,--config=}'[path of the file]:FILE:_files'</c>.</summary>
    private static string Spec(OptionNode option)
    {
        var takesValue = option.Value.Kind != ValueKind.None;
        var names = Completions.NamesOf(option).Select(n => takesValue && n.StartsWith("--", StringComparison.Ordinal) ? n + "=" : n).ToList();
        var description = $"[{option.Description.TrimEnd('.').Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal)}]";
        var rest = Completions.Quote(description + (takesValue ? $":{Message(option.Value.Name)}:{Action(option.Value)}" : ""));
        var exclusive = option.IsRepeatable ? "'*'" : Completions.Quote($"({string.Join(' ', Completions.NamesOf(option))})");
        return exclusive + (names.Count > 1 ? $"{{{string.Join(',', names)}}}" : names[0]) + rest;
    }

    private static string Message(string name) => name.Replace(":", "\\:", StringComparison.Ordinal);

    private static string Action(ValueNode value) => value.Kind switch
    {
        ValueKind.File when value.Words.Count > 0 => $" _tidegate_or_files {string.Join(' ', value.Words)}",
        ValueKind.File => "_files",
        ValueKind.Folder => "_files -/",
        ValueKind.Words => $"({string.Join(' ', value.Words)})",
        _ => " ",
    };
}
