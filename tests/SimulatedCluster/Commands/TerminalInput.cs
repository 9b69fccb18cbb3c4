namespace Tidegate.Simulation.Commands;

/// <summary>Echoes what is typed and hands it on line by line; Ctrl-D on an empty line ends the input, Ctrl-C drops the line.</summary>
internal sealed class TerminalInput(Stream inner, Stream echo) : OneWayStream
{
    private const byte ControlC = 3;
    private const byte ControlD = 4;
    private const byte Backspace = 8;
    private const byte Delete = 127;

    private readonly Queue<byte> ready = new();
    private readonly List<byte> line = [];
    private bool ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        byte[] typed = new byte[1024];
        while (ready.Count == 0 && !ended)
        {
            int count = await inner.ReadAsync(typed, cancellationToken);
            ended |= count == 0;
            for (int i = 0; i < count; i++)
            {
                await TypeAsync(typed[i], cancellationToken);
            }
        }

        int read = 0;
        while (read < buffer.Length && ready.TryDequeue(out byte b))
        {
            buffer.Span[read++] = b;
        }

        return read;
    }

    private async Task TypeAsync(byte key, CancellationToken cancellationToken)
    {
        switch (key)
        {
            case (byte)'\r' or (byte)'\n':
                Commit((byte)'\n');
                await echo.WriteAsync("\n"u8.ToArray(), cancellationToken);
                break;
            case ControlC:
                line.Clear();
                Commit((byte)'\n');
                await echo.WriteAsync("^C\n"u8.ToArray(), cancellationToken);
                break;
            case ControlD:
                ended |= line.Count == 0;
                Commit();
                break;
            case Backspace or Delete when line.Count > 0:
                line.RemoveAt(line.Count - 1);
                await echo.WriteAsync("\b \b"u8.ToArray(), cancellationToken);
                break;
            default:
                line.Add(key);
                await echo.WriteAsync(new[] { key }, cancellationToken);
                break;
        }
    }

    private void Commit(params ReadOnlySpan<byte> end)
    {
        line.ForEach(ready.Enqueue);
        line.Clear();
        foreach (byte b in end)
        {
            ready.Enqueue(b);
        }
    }
}
