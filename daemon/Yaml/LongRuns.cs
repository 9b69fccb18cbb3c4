using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tidegate.Yaml;

/// <summary>
/// Takes long runs of base64 characters out of a text before it is parsed and puts them back into the values. The parser looks at every
/// character several times, and a manifest is mostly one base64 kubeconfig: this makes reading about ten times as fast. It is safe
/// because letters, digits, <c>+</c>, <c>/</c> and <c>=</c> inside a run mean nothing to YAML in any kind of scalar or comment; the
/// head of a run stays, since an escape such as <c>\x41</c> may reach into it.
/// </summary>
internal sealed class LongRuns
{
    private const int MinRun = 56;
    private const int Head = 16;
    private const char Open = '\ue000';
    private const char Close = '\ue001';

    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    private readonly string original;
    private readonly List<Run> runs = [];

    private LongRuns(string original)
    {
        this.original = original;
        Text = original;
    }

    /// <summary>The text to parse.</summary>
    public string Text { get; private set; }

    public static LongRuns TakeOut(string text)
    {
        var result = new LongRuns(text);

        // A text that uses the marks itself is parsed as it is.
        if (text.Length >= MinRun && text.AsSpan().IndexOfAny(Open, Close) < 0)
        {
            result.Scan(text);
        }

        return result;
    }

    /// <summary>The value as it was written.</summary>
    public string Restore(string value)
    {
        var open = runs.Count == 0 ? -1 : value.IndexOf(Open);
        if (open < 0)
        {
            return value;
        }

        var first = runs[Index(value, open, out var end)];
        if (value.IndexOf(Open, end) < 0)
        {
            return string.Concat(value.AsSpan(0, open), original.AsSpan(first.Start, first.Length), value.AsSpan(end));
        }

        var whole = new StringBuilder(value.Length + (first.Length * 2));
        var at = 0;
        while (open >= 0)
        {
            var index = Index(value, open, out end);
            whole.Append(value, at, open - at).Append(original, runs[index].Start, runs[index].Length);
            at = end;
            open = value.IndexOf(Open, at);
        }

        return whole.Append(value, at, value.Length - at).ToString();
    }

    /// <summary>The column in the original text for one in <see cref="Text"/>; differs only behind a run on the same line.</summary>
    public int Column(int line, int column)
    {
        foreach (var run in runs)
        {
            if (run.Line == line && run.Column < column)
            {
                column += run.Length - run.MarkLength;
            }
        }

        return column;
    }

    private void Scan(string text)
    {
        StringBuilder? squeezed = null;
        int copied = 0, at = 0, line = 1, lineStart = 0;
        while (at < text.Length)
        {
            var length = text.AsSpan(at).IndexOfAnyExcept(Base64);
            length = length < 0 ? text.Length - at : length;
            if (length >= MinRun)
            {
                var from = at + Head;
                var mark = $"{Open}{runs.Count.ToString(CultureInfo.InvariantCulture)}{Close}";
                squeezed ??= new StringBuilder(Math.Max(256, text.Length / 8));
                squeezed.Append(text, copied, from - copied).Append(mark);
                runs.Add(new Run(line, from - lineStart, from, length - Head, mark.Length));
                copied = at + length;
            }

            at += length;
            if (at < text.Length && text[at] == '\n')
            {
                line++;
                lineStart = at + 1;
            }

            at++;
        }

        Text = squeezed is null ? text : squeezed.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Which run a mark stands for, and where the mark ends.</summary>
    private static int Index(string value, int open, out int end)
    {
        var close = value.IndexOf(Close, open);
        end = close + 1;
        return int.Parse(value.AsSpan(open + 1, close - open - 1), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <param name="Column">Characters before the mark on its line, in the original text.</param>
    /// <param name="Start">Where in the original text the part begins that was taken out.</param>
    private readonly record struct Run(int Line, int Column, int Start, int Length, int MarkLength);
}
