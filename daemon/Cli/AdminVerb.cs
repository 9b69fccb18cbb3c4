using System.CommandLine;

namespace Tidegate.Cli;

/// <summary>A command that asks the daemon over its socket: the options that all of them have, and the connection.</summary>
internal sealed class AdminVerb
{
    private readonly Option<string> config = Options.Config();
    private readonly Option<string?> socket = Options.Socket();
    private readonly Option<OutputFormat> format;

    /// <param name="standard">The format without <c>--format</c>.</param>
    /// <param name="own">The command's own arguments and options.</param>
    public AdminVerb(string name, string description, OutputFormat standard, params Symbol[] own)
    {
        format = Options.Format(standard);
        Command = new(name, description) { config, socket, format };
        foreach (var symbol in own)
        {
            if (symbol is Argument argument)
            {
                Command.Add(argument);
            }
            else
            {
                Command.Add((Option)symbol);
            }
        }
    }

    /// <summary>What the command does with a connection; returns its exit code.</summary>
    public delegate Task<int> Action(AdminClient client, OutputFormat format, ParseResult parsed, CancellationToken cancellationToken);

    public Command Command { get; }

    public Command Does(Action action)
    {
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new AdminClient(Options.SocketPath(parsed.GetValue(socket), parsed.GetValue(config)!));
            return await action(client, parsed.GetValue(format), parsed, cancellationToken);
        });
        return Command;
    }
}
