using Tidegate.Cli;

namespace Tidegate.Tests.Cli;

public sealed class UnknownCommandTests
{
    [Theory]
    [InlineData("NO-SUCH-COMMAND --help", "there is no command \"NO-SUCH-COMMAND\" here: there are start, configure,")]
    [InlineData("--help NO-SUCH-COMMAND", "there is no command \"NO-SUCH-COMMAND\" here: there are start, configure,")]
    [InlineData("NO-SUCH-COMMAND -h", "there is no command \"NO-SUCH-COMMAND\" here: there are start, configure,")]
    [InlineData("NO-SUCH-COMMAND --version", "there is no command \"NO-SUCH-COMMAND\" here: there are start, configure,")]
    [InlineData("NO-SUCH-COMMAND", "there is no command \"NO-SUCH-COMMAND\" here: there are start, configure,")]
    [InlineData("statsu --help", "there is no command \"statsu\" here: did you mean \"status\"?")]
    [InlineData("Status --help", "there is no command \"Status\" here: did you mean \"status\"?")]
    [InlineData("kube NOPE --help", "there is no command \"NOPE\" here: there are ls")]
    [InlineData("kube --help lls", "there is no command \"lls\" here: did you mean \"ls\"?")]
    [InlineData("access explian alice --help", "there is no command \"explian\" here: did you mean \"explain\"?")]
    [InlineData("help NOPE", "there is no command \"help\" here: there are start, configure,")]
    [InlineData("generate-doc --help", "there is no command \"generate-doc\" here: there are start, configure,")]
    public void A_word_that_is_no_command_is_an_error_whatever_stands_beside_it(string line, string error) =>
        Error(line).ShouldNotBeNull().ShouldStartWith(error);

    [Theory]
    [InlineData("--help")]
    [InlineData("kube --help")]
    [InlineData("status --help")]
    [InlineData("check manifests --help")]
    [InlineData("access explain alice get pods --help")]
    [InlineData("plan HEAD")]
    [InlineData("get roles")]
    [InlineData("--version")]
    [InlineData("")]
    public void A_command_is_none(string line) => Error(line).ShouldBeNull();

    [Fact]
    public async Task It_ends_with_the_code_of_wrong_usage() =>
        (await CommandLine.RunAsync(["NO-SUCH-COMMAND", "--help"], (_, _) => Task.FromResult(0))).ShouldBe(ExitCode.Usage);

    private static string? Error(string line) =>
        UnknownCommand.Error(CommandLine.Root((_, _) => Task.FromResult(0)).Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
