namespace Tidegate.Simulation.Commands;

internal readonly record struct TerminalSize(ushort Width, ushort Height);

/// <summary>What a command in a pod reads and writes.</summary>
internal sealed record CommandIo(Stream Input, Stream Output, Stream Error)
{
    /// <summary>Whether a terminal is attached; input then comes in lines and is echoed.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>The terminal's size when asked, after the client's last resize event.</summary>
    public Func<TerminalSize> Size { get; init; } = () => new TerminalSize(80, 24);

    /// <summary>The same streams behind a terminal's line discipline.</summary>
    public CommandIo WithTerminal(Func<TerminalSize> size)
    {
        TerminalOutput output = new(Output);
        return new CommandIo(new TerminalInput(Input, output), output, output) { IsTerminal = true, Size = size };
    }
}
