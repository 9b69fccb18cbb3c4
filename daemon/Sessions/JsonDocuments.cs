namespace Tidegate.Sessions;

/// <summary>
/// Knows where one JSON document ends and the next begins, however the bytes are cut and whether or not there are line breaks between or within them. It checks nothing
/// else: what is no JSON has boundaries somewhere.
/// </summary>
internal sealed class JsonDocuments
{
    private int depth;
    private bool withinText;
    private bool escaped;

    /// <summary>Whether the bytes seen so far are whole documents.</summary>
    public bool AtBoundary => depth == 0 && !withinText;

    /// <summary>Takes note of bytes.</summary>
    /// <param name="bytes">The next bytes.</param>
    /// <param name="stopAtBoundary">Stop after the first document that ends, and the white space behind it.</param>
    /// <param name="whole">How many of those that were taken belong to whole documents.</param>
    /// <returns>How many bytes were taken.</returns>
    public int Advance(ReadOnlySpan<byte> bytes, bool stopAtBoundary, out int whole)
    {
        whole = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            Take(bytes[i]);
            if (depth > 0 || withinText)
            {
                continue;
            }

            whole = i + 1;
            if (stopAtBoundary && (whole == bytes.Length || bytes[whole] is not ((byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t')))
            {
                return whole;
            }
        }

        return bytes.Length;
    }

    private void Take(byte next)
    {
        if (withinText)
        {
            withinText = escaped || next != (byte)'"';
            escaped = !escaped && next == (byte)'\\';
            return;
        }

        switch (next)
        {
            case (byte)'"':
                withinText = true;
                break;
            case (byte)'{' or (byte)'[':
                depth++;
                break;
            case (byte)'}' or (byte)']':
                depth = Math.Max(0, depth - 1);
                break;
        }
    }
}
