namespace Tidegate.Filtering;

/// <summary>What changes inside one event that is shown.</summary>
internal sealed class JsonEdits(AnswerWindow window)
{
    private readonly List<(long Start, long End, ReadOnlyMemory<byte> Instead)> edits = [];

    /// <summary>Puts something in the place of what lies between two places.</summary>
    public void Replace(long start, long end, ReadOnlyMemory<byte> instead) => edits.Add((start, end, instead));

    /// <summary>Leaves out an element's comma.</summary>
    public void RemoveComma(long start, long end)
    {
        var comma = window.Between(start, end).IndexOf((byte)',');
        if (comma >= 0)
        {
            edits.Add((start + comma, start + comma + 1, default));
        }
    }

    /// <summary>Keeps the event up to the last change.</summary>
    public void Make()
    {
        foreach (var (start, end, instead) in edits.OrderBy(e => e.Start))
        {
            window.Keep(start);
            window.Drop(end);
            window.Insert(instead);
        }
    }
}
