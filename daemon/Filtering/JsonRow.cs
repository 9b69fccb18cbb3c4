using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>One row of a <c>Table</c>, or one item of a list, while the walk is in it. Places are those of <see cref="AnswerWindow"/>.</summary>
internal struct JsonRow
{
    /// <summary>Which object it is about.</summary>
    public JsonIdentity Identity;

    private int objects;

    /// <summary>The place where what separates it from its predecessor begins.</summary>
    public long SeparatorStart { get; private set; }

    public long Start { get; private set; }

    /// <summary>Where the row's <c>object</c> stands; both 0 when it has none.</summary>
    public long ObjectStart { get; private set; }

    public long ObjectEnd { get; private set; }

    public void Begin(long separatorStart, long start)
    {
        Identity.Reset();
        objects = 0;
        (SeparatorStart, Start) = (separatorStart, start);
        (ObjectStart, ObjectEnd) = (0, 0);
    }

    /// <summary>The row's <c>object</c> begins.</summary>
    public void ObjectBegins(JsonTokenType token, long start)
    {
        objects++;
        ObjectStart = start;
        if (token != JsonTokenType.StartObject || objects > 1)
        {
            Identity.Unclear();
        }
    }

    public void ObjectEnds(long end) => ObjectEnd = end;
}
