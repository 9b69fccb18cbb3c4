namespace Tidegate.Filtering;

/// <summary>
/// The columns of a watched <c>Table</c>. The API server names them in the watch's first event alone; when that event is withheld, the first one that is shown names them.
/// </summary>
internal sealed class TableColumns
{
    private static readonly byte[] MemberName = "\"columnDefinitions\":"u8.ToArray();

    private byte[]? withheld;

    /// <summary>An event is left out.</summary>
    public void Remember(JsonEvent from, AnswerWindow window)
    {
        if (Names(from, window))
        {
            withheld = window.Between(from.ColumnsStart, from.ColumnsEnd).ToArray();
        }
    }

    /// <summary>An event is shown.</summary>
    public void Give(JsonEvent to, JsonEdits edits, AnswerWindow window)
    {
        if (Names(to, window))
        {
            withheld = null;
        }

        if (withheld is null)
        {
            return;
        }

        if (to.ColumnsEnd > 0)
        {
            edits.Replace(to.ColumnsStart, to.ColumnsEnd, withheld);
        }
        else
        {
            // A table has at least its kind, so that a comma must follow.
            edits.Replace(to.ObjectBodyStart, to.ObjectBodyStart, (byte[])[.. MemberName, .. withheld, (byte)',']);
        }

        withheld = null;
    }

    /// <summary>Whether the event names columns: neither null nor an empty list.</summary>
    private static bool Names(JsonEvent from, AnswerWindow window)
    {
        if (from.ColumnsEnd == 0)
        {
            return false;
        }

        var columns = window.Between(from.ColumnsStart, from.ColumnsEnd);
        return !columns.SequenceEqual("null"u8) && columns.ContainsAnyExcept("[] \t\r\n"u8);
    }
}
