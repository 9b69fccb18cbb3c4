namespace Tidegate.Filtering;

/// <summary>
/// Finds the end of a text that arrives in several reads. The reader begins a text anew with each read; asked only when the text is whole, it reads it once, however
/// long it is.
/// </summary>
internal struct JsonText
{
    private bool inside;
    private bool escaped;
    private int seen;

    /// <summary>Whether the reader has something to do: it is in no text, or the text's end has arrived.</summary>
    /// <param name="rest">What the reader has not consumed, from the same byte on as in <see cref="Stopped"/>.</param>
    public bool IsReady(ReadOnlySpan<byte> rest)
    {
        if (inside && Search(rest))
        {
            inside = false;
        }

        return !inside;
    }

    /// <summary>The reader needs more bytes.</summary>
    /// <param name="rest">What it has not consumed.</param>
    public void Stopped(ReadOnlySpan<byte> rest)
    {
        var begin = rest.IndexOfAnyExcept(", \t\r\n"u8);
        inside = begin >= 0 && rest[begin] == '"';
        escaped = false;
        seen = begin + 1;
        if (inside && Search(rest))
        {
            inside = false;
        }
    }

    private bool Search(ReadOnlySpan<byte> rest)
    {
        while (seen < rest.Length)
        {
            if (escaped)
            {
                escaped = false;
                seen++;
                continue;
            }

            var next = rest[seen..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                seen = rest.Length;
                return false;
            }

            seen += next + 1;
            if (rest[seen - 1] == '"')
            {
                return true;
            }

            escaped = true;
        }

        return false;
    }
}
