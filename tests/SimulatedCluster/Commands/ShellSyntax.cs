using System.Text;

namespace Tidegate.Simulation.Commands;

/// <summary>One command of a pipeline with its redirections.</summary>
internal sealed class ShellCommand
{
    public List<string> Words { get; } = [];

    public string? InputFile { get; set; }

    public string? OutputFile { get; set; }

    public bool Append { get; set; }

    /// <summary>Whether <c>2&gt;&amp;1</c> or <c>&gt;&amp;2</c> was given, as the number of the stream that is redirected; 0: neither.</summary>
    public int Duplicated { get; set; }
}

/// <summary>Commands joined by pipes, and the operator before them: <c>;</c>, <c>&amp;&amp;</c> or <c>||</c>.</summary>
internal sealed record ShellPipeline(string Operator, List<ShellCommand> Commands);

/// <summary>The small part of a shell's grammar that scripts in tests use: quotes, variables, pipes, redirections, lists. No loops, no substitution.</summary>
internal static class ShellSyntax
{
    private static readonly string[] Operators = ["2>&1", ">&2", "&&", "||", ">>", ";", "|", ">", "<", "\n"];

    /// <summary>Reads one pipeline after the other, only when asked for it, so that a variable has the value that the one before gave it.</summary>
    /// <param name="variable">The value of a variable by its name.</param>
    public static IEnumerable<ShellPipeline> Parse(string script, Func<string, string> variable)
    {
        ShellCommand command = new();
        List<ShellCommand> pipe = [];
        string joiner = ";";
        string? redirect = null;
        foreach ((string token, bool isOperator) in Tokens(script, variable))
        {
            if (!isOperator)
            {
                Place(command, token, ref redirect);
                continue;
            }

            switch (token)
            {
                case ">" or ">>" or "<":
                    redirect = token;
                    break;
                case "2>&1" or ">&2":
                    command.Duplicated = token == "2>&1" ? 2 : 1;
                    break;
                case "|":
                    pipe.Add(command);
                    command = new ShellCommand();
                    break;
                default:
                    if (command.Words.Count > 0)
                    {
                        yield return new ShellPipeline(joiner, [.. pipe, command]);
                    }

                    (pipe, command, joiner) = ([], new ShellCommand(), token);
                    break;
            }
        }

        if (command.Words.Count > 0)
        {
            yield return new ShellPipeline(joiner, [.. pipe, command]);
        }
    }

    private static void Place(ShellCommand command, string word, ref string? redirect)
    {
        switch (redirect)
        {
            case "<":
                command.InputFile = word;
                break;
            case not null:
                (command.OutputFile, command.Append) = (word, redirect == ">>");
                break;
            default:
                command.Words.Add(word);
                break;
        }

        redirect = null;
    }

    private static IEnumerable<(string Token, bool IsOperator)> Tokens(string script, Func<string, string> variable)
    {
        StringBuilder word = new();
        bool inWord = false;
        for (int i = 0; i < script.Length;)
        {
            if (Operators.FirstOrDefault(o => string.CompareOrdinal(script, i, o, 0, o.Length) == 0) is { } found && !(found == "2>&1" && inWord))
            {
                if (inWord)
                {
                    yield return (word.ToString(), false);
                }

                (inWord, i) = (false, i + found.Length);
                word.Clear();
                yield return (found, true);
            }
            else if (script[i] is ' ' or '\t')
            {
                if (inWord)
                {
                    yield return (word.ToString(), false);
                }

                (inWord, i) = (false, i + 1);
                word.Clear();
            }
            else
            {
                inWord = true;
                i = ReadPart(script, i, word, variable);
            }
        }

        if (inWord)
        {
            yield return (word.ToString(), false);
        }
    }

    /// <summary>Reads one character, quoted part or variable of a word; returns where it ends.</summary>
    private static int ReadPart(string script, int at, StringBuilder word, Func<string, string> variable)
    {
        switch (script[at])
        {
            case '\'':
                int end = script.IndexOf('\'', at + 1);
                end = end < 0 ? script.Length : end;
                word.Append(script, at + 1, end - at - 1);
                return end + 1;
            case '"':
                at++;
                while (at < script.Length && script[at] != '"')
                {
                    at = script[at] == '$' || script[at] == '\\' ? ReadPart(script, at, word, variable) : Copy(script, at, word);
                }

                return at + 1;
            case '\\' when at + 1 < script.Length:
                word.Append(script[at + 1]);
                return at + 2;
            case '$':
                return ReadVariable(script, at, word, variable);
            default:
                return Copy(script, at, word);
        }
    }

    private static int ReadVariable(string script, int at, StringBuilder word, Func<string, string> variable)
    {
        bool braced = at + 1 < script.Length && script[at + 1] == '{';
        int start = at + (braced ? 2 : 1);
        int end = start;
        while (end < script.Length && (char.IsAsciiLetterOrDigit(script[end]) || script[end] is '_' || (end == start && script[end] is '?')))
        {
            end++;
        }

        word.Append(end == start ? "$" : variable(script[start..end]));
        return end + (braced ? 1 : 0);
    }

    private static int Copy(string script, int at, StringBuilder word)
    {
        word.Append(script[at]);
        return at + 1;
    }
}
