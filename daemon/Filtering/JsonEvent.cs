using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>Collects from the walk over one watch event what decides about it. Places are those of <see cref="AnswerWindow"/>.</summary>
internal sealed class JsonEvent
{
    private static readonly byte[] Null = "null"u8.ToArray();

    private readonly List<(JsonRow Row, long End)> rows = [];

    private JsonIdentity identity;
    private JsonRow row;
    private bool inRow;
    private string? kind;
    private string? apiVersion;
    private uint seen;

    /// <summary>Which object the event is about, when it is no table.</summary>
    public (string Namespace, string Name)? Identity => identity.Value;

    /// <summary>The event's type; null when it has none.</summary>
    public string? Type { get; private set; }

    /// <summary>Whether something that decides stands there twice or is no text: decoders would read different things.</summary>
    public bool Unclear { get; private set; }

    /// <summary>Whether the object is the API machinery's table, not a custom resource of that name.</summary>
    public bool IsTable => kind == "Table" && apiVersion?.StartsWith("meta.k8s.io/", StringComparison.Ordinal) == true;

    /// <summary>Whether the object is the API machinery's <c>Status</c>.</summary>
    public bool IsStatus => kind == "Status" && apiVersion == "v1";

    /// <summary>The place behind the object's opening brace.</summary>
    public long ObjectBodyStart { get; private set; }

    public long ColumnsStart { get; private set; }

    /// <summary>0 when the object has no <c>columnDefinitions</c>.</summary>
    public long ColumnsEnd { get; private set; }

    /// <summary>Forgets the event; the next one begins.</summary>
    public void Reset()
    {
        rows.Clear();
        identity.Reset();
        (inRow, kind, apiVersion, Type, seen, Unclear) = (false, null, null, null, 0, false);
        (ObjectBodyStart, ColumnsStart, ColumnsEnd) = (0, 0, 0);
    }

    public void Named(JsonRole role)
    {
        if (role is JsonRole.EventType or JsonRole.EventObject or JsonRole.Kind or JsonRole.ApiVersion or JsonRole.Rows or JsonRole.ColumnDefinitions)
        {
            var twice = (seen & (1u << (int)role)) != 0;
            if (twice && role == JsonRole.EventType)
            {
                throw new UnfilterableAnswerException("an event in the cluster's answer has two types");
            }

            Unclear |= twice;
            seen |= 1u << (int)role;
        }
    }

    /// <param name="lastEnd">The place where what separates an element from its predecessor begins.</param>
    public void Begin(JsonRole role, JsonTokenType token, long lastEnd, long start, long end)
    {
        switch (role)
        {
            case JsonRole.EventObject:
                ObjectBodyStart = end;
                break;
            case JsonRole.Kind or JsonRole.ApiVersion:
                Unclear = true;
                break;
            case JsonRole.ColumnDefinitions:
                ColumnsStart = start;
                break;
            case JsonRole.Row:
                inRow = true;
                row.Begin(lastEnd, start);
                break;
            case JsonRole.RowObject:
                row.ObjectBegins(token, start);
                break;
            case JsonRole.Metadata:
                Current.Metadata(token == JsonTokenType.StartObject);
                break;
            case JsonRole.Name or JsonRole.Namespace:
                Current.Unclear();
                break;
        }
    }

    public void Scalar(JsonRole role, ref Utf8JsonReader reader, long lastEnd, long start, long end)
    {
        switch (role)
        {
            case JsonRole.EventType:
                Type = Text(ref reader);
                break;
            case JsonRole.Kind:
                kind = Text(ref reader);
                break;
            case JsonRole.ApiVersion:
                apiVersion = Text(ref reader);
                break;
            case JsonRole.ColumnDefinitions:
                (ColumnsStart, ColumnsEnd) = (start, end);
                break;
            case JsonRole.Row:
                row.Begin(lastEnd, start);
                rows.Add((row, end));
                break;
            case JsonRole.RowObject:
                row.ObjectBegins(reader.TokenType, start);
                row.ObjectEnds(end);
                break;
            case JsonRole.Metadata:
                Current.Metadata(isObject: false);
                break;
            case JsonRole.Name or JsonRole.Namespace:
                Current.Part(role, ref reader);
                break;
        }
    }

    public void End(JsonRole role, long end)
    {
        switch (role)
        {
            case JsonRole.ColumnDefinitions:
                ColumnsEnd = end;
                break;
            case JsonRole.Row:
                inRow = false;
                rows.Add((row, end));
                break;
            case JsonRole.RowObject:
                row.ObjectEnds(end);
                break;
        }
    }

    /// <summary>Leaves hidden rows out of the table.</summary>
    /// <param name="strip">Whether the objects of the others become <c>null</c>.</param>
    /// <returns>Whether a row is left.</returns>
    public bool EditRows(JsonEdits edits, bool strip, Func<(string Namespace, string Name)?, bool> shows)
    {
        var keptOne = false;
        foreach (var (row, end) in rows)
        {
            if (!shows(row.Identity.Value))
            {
                edits.Replace(row.SeparatorStart, end, default);
                continue;
            }

            if (!keptOne)
            {
                edits.RemoveComma(row.SeparatorStart, row.Start);
            }

            keptOne = true;
            if (strip && row.ObjectStart > 0)
            {
                edits.Replace(row.ObjectStart, row.ObjectEnd, Null);
            }
        }

        return keptOne;
    }

    private ref JsonIdentity Current => ref inRow ? ref row.Identity : ref identity;

    private string? Text(ref Utf8JsonReader reader)
    {
        Unclear |= reader.TokenType != JsonTokenType.String;
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }
}
