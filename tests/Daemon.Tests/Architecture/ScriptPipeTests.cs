using System.Text.RegularExpressions;

namespace Tidegate.Tests.Architecture;

/// <summary>
/// A command that stops reading before the end lets the one before it in the pipe die of SIGPIPE, now and then. Under <c>pipefail</c> that is a failure without a
/// word, so no script has such a pipe, whatever options it sets: scripts are sourced, and options are added.
/// </summary>
public sealed partial class ScriptPipeTests
{
    public static TheoryData<string, string> Lines
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var cells in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Architecture", "pipes.tsv")).Skip(1).Select(l => l.Split('\t')))
            {
                rows.Add(cells[0], cells.Length > 1 ? cells[1] : "");
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_pipe_into_something_that_stops_reading_is_found(string line, string expected) =>
        string.Join(' ', Hasty(line).Select(h => h.Command)).ShouldBe(expected);

    [Fact]
    public void A_pipe_over_several_lines_is_found() =>
        Hasty("a \\\n  --b |\n  # why\n  head -1\nc | \\\n  grep -q d\n").Select(h => h.Line).ShouldBe([1, 5]);

    [Fact]
    public void No_script_has_one()
    {
        var scripts = Scripts().ToList();

        scripts.Count.ShouldBeGreaterThan(20);
        scripts.SelectMany(s => Hasty(File.ReadAllText(s)).Select(h => $"{Path.GetRelativePath(RepositoryFolder.Root, s)}:{h.Line}: {h.Text.Trim()}")).ShouldBeEmpty();
    }

    /// <summary>Shell scripts of the repository: by their first line, by shellcheck's mark, by their name; and the scriptlets of the rpm.</summary>
    private static IEnumerable<string> Scripts()
    {
        var folders = new Stack<string>([RepositoryFolder.Root]);
        while (folders.TryPop(out var folder))
        {
            foreach (var child in Directory.EnumerateDirectories(folder).Where(d => Path.GetFileName(d) is not ("bin" or "obj" or ".git" or "node_modules" or "out" or "TestResults")))
            {
                folders.Push(child);
            }

            foreach (var file in Directory.EnumerateFiles(folder).Where(f => new FileInfo(f) is { LinkTarget: null, Length: > 0 and < 1_000_000 }))
            {
                using var reader = new StreamReader(file);
                var head = reader.ReadLine() ?? "";
                if (Path.GetExtension(file) is ".sh" or ".spec" || Interpreter().IsMatch(head) || head.StartsWith("# shellcheck shell=", StringComparison.Ordinal))
                {
                    yield return file;
                }
            }
        }
    }

    /// <summary>Every pipe into a command that may end before its input does.</summary>
    private static IEnumerable<(int Line, string Command, string Text)> Hasty(string script)
    {
        foreach (var (line, text) in Commands(script))
        {
            // Alternatives of a case statement are no pipes.
            foreach (Match pipe in Pipe().Matches(CasePattern().Replace(text, " ")))
            {
                if (HastyCommand(pipe.Groups["word"].Value, pipe.Groups["rest"].Value) is { } command)
                {
                    yield return (line, command, text);
                }
            }
        }
    }

    /// <summary>Lines without comments, each joined with those that go on with it.</summary>
    private static IEnumerable<(int Line, string Text)> Commands(string script)
    {
        var (start, text) = (0, "");
        var number = 0;
        foreach (var raw in script.Split('\n'))
        {
            number++;
            var line = Comment().Replace(raw, "").TrimEnd();
            (start, text) = text.Length == 0 ? (number, line) : (start, $"{text} {line.TrimStart()}");
            if (text.EndsWith('\\'))
            {
                text = text[..^1];
            }
            else if (text.Length > 0 && !text.TrimEnd().EndsWith('|'))
            {
                yield return (start, text);
                text = "";
            }
        }

        if (text.Length > 0)
        {
            yield return (start, text);
        }
    }

    private static string? HastyCommand(string word, string rest) => Path.GetFileName(word) switch
    {
        "head" or "read" or "cmp" or "diff" or "dd" => Path.GetFileName(word),
        "grep" or "egrep" or "fgrep" or "zgrep" when HastyGrep().IsMatch(rest) => "grep",
        "sed" when HastySed().IsMatch(rest) => "sed",
        "awk" or "gawk" or "mawk" when HastyAwk().IsMatch(rest) => "awk",
        _ => null,
    };

    [GeneratedRegex(@"\A#!\s*(/usr/bin/env\s+)?\S*\b(ba|da|z|k)?sh\b")]
    private static partial Regex Interpreter();

    [GeneratedRegex(@"(?<=\A|\s)#.*\z")]
    private static partial Regex Comment();

    /// <summary>The words before <c>)</c> in <c>case … in a | b) …</c>.</summary>
    [GeneratedRegex(@"(?<=\bin\s|;;\s|\A\s*)[\w*?.""'$-]+(\s*\|\s*[\w*?.""'$-]+)+\)")]
    private static partial Regex CasePattern();

    /// <summary>One pipe with the command behind it: groups, assignments and words that run another command are passed over.</summary>
    [GeneratedRegex(@"(?<!\|)\|(?!\|)&?\s*(?:[({!]\s*|\w+=\S*\s+|(?:command|sudo|env|exec|nice|time)\s+)*(?<word>[\w./-]+)(?<rest>(?:'[^']*'|""[^""]*""|[^|'""])*)")]
    private static partial Regex Pipe();

    [GeneratedRegex(@"\A(?:(?!\s--\s).)*?\s(?:-\w*[qm]|--quiet|--silent|--max-count)")]
    private static partial Regex HastyGrep();

    /// <summary>The command q or Q: behind an address, a brace, a semicolon, or alone.</summary>
    [GeneratedRegex(@"(?:[\s'""{;/$\d])[qQ]\s*(?:\d+\s*)?(?:[;}'""]|\z)")]
    private static partial Regex HastySed();

    [GeneratedRegex(@"[{;]\s*exit\b")]
    private static partial Regex HastyAwk();
}
