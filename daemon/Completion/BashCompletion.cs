using System.Text;
using Tidegate.Manual;

namespace Tidegate.Completion;

/// <summary>The completion for bash, without the package bash-completion: it splits <c>--option=value</c> at the equals sign itself.</summary>
internal sealed class BashCompletion(CommandNode root)
{
    private const string Head = """
        # bash completion for tidegate. Made by 'tidegate generate-docs'.

        # Words that match what is typed so far.
        _tidegate_words() {
            mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
        }

        _tidegate() {
            local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" path="" place=0 word i
            COMPREPLY=()
            # --option=value arrives as three words.
            if [[ $current == "=" ]]; then
                current=""
            elif [[ $previous == "=" ]] && ((COMP_CWORD > 1)); then
                previous="${COMP_WORDS[COMP_CWORD-2]}"
            fi


        """;

    public override string ToString()
    {
        var text = new StringBuilder(Head);
        Path(text);
        OptionValues(text);
        OptionNames(text);
        Arguments(text);
        return text.Append("}\n\ncomplete -F _tidegate tidegate\n").ToString();
    }

    /// <summary>Which command it is, and how many of its arguments are there already.</summary>
    private void Path(StringBuilder text)
    {
        text.Append("    for ((i = 1; i < COMP_CWORD; i++)); do\n        word=\"${COMP_WORDS[i]}\"\n        case \"$word\" in\n");
        text.Append("            ").AppendJoin('|', Completions.ValueOptions(root)).Append(")\n                [[ ${COMP_WORDS[i+1]} == \"=\" ]] && ((i++))\n                ((i++)) ;;\n");
        text.Append("            -*) ;;\n            *)\n                case \"${path:+$path }$word\" in\n                    ");
        text.AppendJoin('|', root.All().Skip(1).Select(c => Completions.Quote(Completions.WordsOf(root, c))));
        text.Append(") path=\"${path:+$path }$word\" ;;\n                    *) ((place++)) ;;\n                esac ;;\n        esac\n    done\n\n");
    }

    private void OptionValues(StringBuilder text)
    {
        text.Append("    case \"$path:$previous\" in\n");
        foreach (var command in root.All())
        {
            foreach (var option in command.Options.Where(o => o.Value.Kind != ValueKind.None))
            {
                var cases = Completions.NamesOf(option).Select(n => Completions.Quote($"{Completions.WordsOf(root, command)}:{n}"));
                text.Append("        ").AppendJoin('|', cases).Append(") ").Append(Offer(option.Value)).Append("return ;;\n");
            }
        }

        text.Append("    esac\n\n");
    }

    private void OptionNames(StringBuilder text)
    {
        text.Append("    if [[ $current == -* ]]; then\n        case \"$path\" in\n");
        foreach (var command in root.All())
        {
            var names = string.Join(' ', command.Options.SelectMany(Completions.NamesOf));
            text.Append($"            {Completions.Quote(Completions.WordsOf(root, command))}) _tidegate_words {Completions.Quote(names)} \"$current\" ;;\n");
        }

        text.Append("        esac\n        return\n    fi\n\n");
    }

    private void Arguments(StringBuilder text)
    {
        text.Append("    case \"$path:$place\" in\n");
        foreach (var command in root.All())
        {
            var words = Completions.WordsOf(root, command);
            if (command.Commands.Count > 0)
            {
                var names = string.Join(' ', command.Commands.Select(c => c.Name));
                text.Append($"        {Completions.Quote(words + ":0")}) _tidegate_words {Completions.Quote(names)} \"$current\" ;;\n");
            }

            for (var i = 0; i < command.Arguments.Count; i++)
            {
                text.Append($"        {Completions.Quote($"{words}:{i}")}) {Offer(command.Arguments[i])};;\n");
            }
        }

        text.Append("    esac\n");
    }

    /// <summary>Paths are left to bash's own completion, which knows about tildes and quotes; it takes over where no word matches.</summary>
    private static string Offer(ValueNode value)
    {
        var words = value.Words.Count == 0 ? "" : $"_tidegate_words {Completions.Quote(string.Join(' ', value.Words))} \"$current\"; ";
        return words + value.Kind switch
        {
            ValueKind.File => "compopt -o default; ",
            ValueKind.Folder => "compopt -o dirnames; ",
            _ => "",
        };
    }
}
