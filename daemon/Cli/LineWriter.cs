using System.Text;
using Tidegate.Values;

namespace Tidegate.Cli;

/// <summary>
/// Where commands print text: each line comes whole from whoever prints it, so a line end inside one is somebody else's, and is written as an escape as
/// whatever could speak to the terminal is (<see cref="Printable"/>).
/// </summary>
internal sealed class LineWriter(TextWriter to) : TextWriter
{
    public override Encoding Encoding => to.Encoding;

    public override void Write(char value) => to.Write(Printable.Line(value.ToString()));

    public override void Write(string? value) => to.Write(Printable.Line(value ?? ""));

    public override void WriteLine() => to.Write('\n');

    public override void WriteLine(string? value)
    {
        Write(value);
        WriteLine();
    }
}

/// <summary>Where YAML is printed: what could speak to the terminal is written as YAML's escape, which only stands in double quotes (<see cref="Output"/> sees to those).</summary>
internal sealed class YamlWriter(TextWriter to) : TextWriter
{
    private char? high;

    public override Encoding Encoding => to.Encoding;

    public override void Write(char value)
    {
        if (char.IsHighSurrogate(value))
        {
            high = value;
            return;
        }

        var text = high is { } first ? $"{first}{value}" : value.ToString();
        high = null;
        to.Write(Printable.Lines(text));
    }

    public override void Flush() => to.Flush();
}
