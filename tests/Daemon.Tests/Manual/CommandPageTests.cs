using System.CommandLine;
using System.Reflection;
using Tidegate.Cli;
using Tidegate.Completion;
using Tidegate.Manual;

namespace Tidegate.Tests.Manual;

/// <summary>The pages and completions of commands against the command line itself.</summary>
public sealed class CommandPageTests
{
    private static readonly RootCommand Root = CommandLine.Root((_, _) => Task.FromResult(0));
    private static readonly CommandNode Tree = CommandTree.Of(Root);
    private static readonly IReadOnlyDictionary<string, PageText> Texts = ManualTexts.Commands();

    [Fact]
    public void Every_command_option_and_argument_has_a_description()
    {
        var faults = new List<string>();
        foreach (var command in Tree.All())
        {
            faults.AddRange(command.Description.Length == 0 ? [command.Path] : []);
            faults.AddRange(command.Options.Where(o => o.Description.Length == 0).Select(o => $"{command.Path} {o.Names[0]}"));
            faults.AddRange(command.Arguments.Where(a => a.Description.Length == 0).Select(a => $"{command.Path} {a.Name}"));
        }

        faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_summary_fits_the_line_on_which_whatis_shows_it() =>
        Tree.All().Select(CommandPage.TitleOf).Where(t => t.Name.Length + t.Summary.Length > 74).Select(t => t.ToString()).ShouldBeEmpty();

    [Fact]
    public void What_is_written_about_commands_is_about_commands() => Texts.Keys.Except(Tree.All().Select(c => c.Path)).ShouldBeEmpty();

    [Fact]
    public void Examples_are_command_lines_that_parse_and_run_the_command_of_their_page()
    {
        foreach (var (path, text) in Texts)
        {
            foreach (var example in text.Examples)
            {
                var words = example.Command.Split(' ');
                words[0].ShouldBe("tidegate");
                var parsed = Root.Parse(words[1..]);
                parsed.Errors.ShouldBeEmpty(example.Command);
                example.Command.ShouldStartWith(path);
            }
        }
    }

    [Fact]
    public void Each_exit_code_has_its_meaning()
    {
        var codes = typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (int)f.GetRawConstantValue()!);
        ExitCode.Meanings.Select(m => m.Code).ShouldBe(codes);
    }

    [Fact]
    public void Hidden_verbs_are_nowhere()
    {
        Root.Subcommands.Select(c => c.Name).ShouldContain("generate-docs");
        Tree.Commands.Select(c => c.Name).ShouldNotContain("generate-docs");
        foreach (var (_, content) in All())
        {
            content.Split('\n').Skip(3).ShouldNotContain(l => l.Contains("generate-docs", StringComparison.Ordinal) || l.Contains("fetch-child", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_visible_command_has_a_page_and_the_daemon_has_its_own()
    {
        var files = All().Select(f => f.Path).ToList();
        Tree.All().Select(c => $"man/man1/{c.PageName}.1").Append("man/man8/tidegate.8").Except(files).ShouldBeEmpty();
        files.Distinct().Count().ShouldBe(files.Count);
    }

    [Fact]
    public void A_reference_to_a_page_of_ours_names_one_that_there_is()
    {
        var files = All().Select(f => Path.GetFileName(f.Path)).ToHashSet(StringComparer.Ordinal);
        var names = Texts.Values.Concat(ManualTexts.Names.Where(n => n != "commands.yaml").Select(n => ManualTexts.Page(n[..^5]))).SelectMany(t => t.SeeAlso);
        names.Where(n => n.StartsWith("tidegate", StringComparison.Ordinal)).Where(n => !files.Contains(n.Replace('(', '.').TrimEnd(')'))).ShouldBeEmpty();
    }

    [Fact]
    public void A_page_that_a_unit_or_the_catalogue_names_is_there()
    {
        var files = All().Select(f => Path.GetFileName(f.Path)).ToHashSet(StringComparer.Ordinal);
        var named = Sources.Packaging().SelectMany(t => Sources.PageReferences().Matches(t).Select(m => $"{m.Groups[1].Value}.{m.Groups[2].Value}")).Distinct().ToList();
        named.ShouldContain("tidegate.8");
        named.Where(n => !files.Contains(n)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_variable_that_the_program_reads_is_on_a_page()
    {
        var pages = string.Concat(All().Select(f => f.Content.Replace("\\%", "", StringComparison.Ordinal)));
        var read = Sources.All().SelectMany(s => Sources.Variables().Matches(s).Select(m => m.Groups[1].Value + m.Groups[2].Value)).Distinct().ToList();
        read.ShouldContain("TIDEGATE_CONFIG");
        read.ShouldContain("NOTIFY_SOCKET");
        read.Where(v => !pages.Contains(v, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Journal_fields_on_the_page_of_the_daemon_are_fields_that_the_daemon_writes()
    {
        var page = ManualTexts.Page("tidegate.8").Sections.Single(s => s.Title == "JOURNAL");
        var named = page.Items.SelectMany(i => Sources.JournalFields().Matches(i.Term).Select(m => m.Groups[1].Value.Replace("_", "", StringComparison.Ordinal))).ToList();
        named.ShouldContain("CLUSTER");
        var written = string.Concat(Sources.All()).ToUpperInvariant();
        named.Where(n => !written.Contains($"{{{n}}}", StringComparison.Ordinal) && !written.Contains($"\"{n}\"", StringComparison.Ordinal) && !written.Contains($"TIDEGATE_{n}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static IEnumerable<(string Path, string Content)> All() => [.. ManualPages.Of(Tree, ExitCode.Meanings, new("1.2.3", "")), .. Completions.Of(Tree)];
}
