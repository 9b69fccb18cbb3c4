namespace Tidegate.Simulation.Commands;

/// <summary>Turns line feeds into carriage return and line feed, as a terminal in its usual mode does.</summary>
internal sealed class TerminalOutput(Stream inner) : OneWayStream
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        List<byte> cooked = new(buffer.Length + 16);
        foreach (byte b in buffer.Span)
        {
            if (b == '\n')
            {
                cooked.Add((byte)'\r');
            }

            cooked.Add(b);
        }

        await inner.WriteAsync(cooked.ToArray(), cancellationToken);
    }
}
