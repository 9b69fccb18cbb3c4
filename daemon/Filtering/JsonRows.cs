using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>The items of a list, or the rows of a table, while the walk is in them: which go to the client, with the commas that are right then.</summary>
internal struct JsonRows
{
    private static readonly byte[] Null = "null"u8.ToArray();

    private JsonRow row;

    /// <summary>Whether the walk is in one: nothing is decided before its end.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether one was shown.</summary>
    public bool KeptOne { get; private set; }

    /// <summary>Which object the last one is about.</summary>
    public readonly (string Namespace, string Name)? Identity => row.Identity.Value;

    /// <param name="lastEnd">Where what separates it from its predecessor begins.</param>
    public void Begin(JsonRole role, JsonTokenType token, long lastEnd, long start, AnswerWindow window)
    {
        switch (role)
        {
            case JsonRole.Item or JsonRole.Row:
                BeginRow(token, lastEnd, start, window);
                break;
            case JsonRole.RowObject:
                row.ObjectBegins(token, start);
                break;
            case JsonRole.Metadata:
                row.Identity.Metadata(token == JsonTokenType.StartObject);
                break;
            case JsonRole.Name or JsonRole.Namespace:
                row.Identity.Unclear();
                break;
        }
    }

    /// <returns>Whether it is a whole item or row.</returns>
    public bool Scalar(JsonRole role, ref Utf8JsonReader reader, long lastEnd, long start, long end, AnswerWindow window)
    {
        switch (role)
        {
            case JsonRole.Item or JsonRole.Row:
                BeginRow(reader.TokenType, lastEnd, start, window);
                return true;
            case JsonRole.RowObject:
                row.ObjectBegins(reader.TokenType, start);
                row.ObjectEnds(end);
                break;
            case JsonRole.Metadata:
                row.Identity.Metadata(isObject: false);
                break;
            case JsonRole.Name or JsonRole.Namespace:
                row.Identity.Part(role, ref reader);
                break;
        }

        return false;
    }

    public void ObjectEnds(long end) => row.ObjectEnds(end);

    /// <summary>Shows an item or row, or leaves it out.</summary>
    /// <param name="strip">Whether a row's object becomes null.</param>
    public void End(bool shown, long end, bool strip, AnswerWindow window)
    {
        IsOpen = false;
        if (!shown)
        {
            window.Drop(end);
            return;
        }

        var comma = KeptOne ? -1 : window.Between(row.SeparatorStart, row.Start).IndexOf((byte)',');
        if (comma >= 0)
        {
            window.Keep(row.SeparatorStart + comma);
            window.Drop(row.SeparatorStart + comma + 1);
        }

        KeptOne = true;
        KeepRow(end, strip, window);
    }

    /// <summary>Shows the last one without what separates it from its predecessor.</summary>
    public void EndAlone(long end, bool strip, AnswerWindow window)
    {
        (IsOpen, KeptOne) = (false, true);
        window.Drop(row.Start);
        KeepRow(end, strip, window);
    }

    private readonly void KeepRow(long end, bool strip, AnswerWindow window)
    {
        if (strip && row.ObjectStart > 0)
        {
            window.Keep(row.ObjectStart);
            window.Drop(row.ObjectEnd);
            window.Insert(Null);
        }

        window.Keep(end);
    }

    private void BeginRow(JsonTokenType token, long lastEnd, long start, AnswerWindow window)
    {
        window.Keep(lastEnd);
        IsOpen = true;
        row.Begin(lastEnd, start);
        if (token != JsonTokenType.StartObject)
        {
            row.Identity.Unclear();
        }
    }
}
