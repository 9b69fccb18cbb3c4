using System.Text;
using Tidegate.Manual;

namespace Tidegate.Completion;

/// <summary>The completion for fish.</summary>
internal sealed class FishCompletion(CommandNode root)
{
    public override string ToString()
    {
        var text = new StringBuilder("# fish completion for tidegate. Made by 'tidegate generate-docs'.\n\n");
        Functions(text);
        text.Append("complete -c tidegate -f\n");
        foreach (var command in root.All())
        {
            foreach (var child in command.Commands)
            {
                Line(text, command, 0).Append($" -a {Quote(child.Name)} -d {Quote(child.Description.TrimEnd('.'))}\n");
            }

            for (var i = 0; i < command.Arguments.Count; i++)
            {
                Line(text, command, i).Append(Offer(command.Arguments[i])).Append($" -d {Quote(command.Arguments[i].Description)}\n");
            }

            foreach (var option in command.Options)
            {
                Option(text, command, option);
            }
        }

        return text.ToString();
    }

    /// <summary>Functions that say which command is being typed and how many of its arguments are there already.</summary>
    private void Functions(StringBuilder text)
    {
        text.Append("function __tidegate_where\n    set -l path\n    set -l place 0\n    set -l skip 0\n    set -l words (commandline -opc)\n    for word in $words[2..-1]\n");
        text.Append("        if test $skip -eq 1\n            set skip 0\n            continue\n        end\n        switch $word\n            case ");
        text.AppendJoin(' ', Completions.ValueOptions(root).Select(Quote));
        text.Append("\n                set skip 1\n            case '-*'\n            case '*'\n                switch (string join ' ' -- $path $word)\n                    case ");
        text.AppendJoin(' ', root.All().Skip(1).Select(c => Quote(Completions.WordsOf(root, c))));
        text.Append("\n                        set -a path $word\n                    case '*'\n                        set place (math $place + 1)\n                end\n        end\n    end\n");
        text.Append("    string join ' ' -- $place $path\nend\n\n");
        text.Append("# Whether the command at hand is the one whose words follow, with so many arguments before the one being typed (any: -).\n");
        text.Append("function __tidegate_at\n    set -l now (string split ' ' -- (__tidegate_where))\n    test \"$now[2..-1]\" = \"$argv[2..-1]\"; or return 1\n    test $argv[1] = -; or test $argv[1] = $now[1]\nend\n\n");
    }

    private StringBuilder Line(StringBuilder text, CommandNode command, int? place) =>
        text.Append($"complete -c tidegate -n {Quote($"__tidegate_at {(place is { } p ? p.ToString(System.Globalization.CultureInfo.InvariantCulture) : "-")} {Completions.WordsOf(root, command)}".TrimEnd())}");

    private void Option(StringBuilder text, CommandNode command, OptionNode option)
    {
        Line(text, command, null);
        foreach (var name in Completions.NamesOf(option))
        {
            text.Append(name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}");
        }

        text.Append(option.Value.Kind == ValueKind.None ? "" : " -r").Append(Offer(option.Value)).Append($" -d {Quote(option.Description.TrimEnd('.'))}\n");
    }

    private static string Offer(ValueNode value)
    {
        var words = value.Words.Count == 0 ? "" : $" -a {Quote(string.Join(' ', value.Words))}";
        return value.Kind switch
        {
            ValueKind.File => " -F" + words,
            ValueKind.Folder => " -f -a '(__fish_complete_directories (commandline -ct))'",
            _ => (value.Kind == ValueKind.None ? "" : " -f") + words,
        };
    }

    /// <summary>Between single quotes fish knows two escapes.</summary>
    private static string Quote(string text) => "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
