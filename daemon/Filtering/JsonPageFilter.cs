using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>A further page of a list: gives the objects that may be seen and nothing else, each behind a comma, to stand behind those of the first page.</summary>
/// <param name="array">What the first page has: items or rows.</param>
/// <param name="opening">What stands before the first object.</param>
internal sealed class JsonPageFilter(ObjectVisibility shows, bool stripObjects, JsonRole array, string opening) : JsonFilter(shows, JsonRole.List)
{
    private JsonRows rows;
    private long metadataStart;
    private string next = "";
    private bool isList;
    private bool ended;

    public override string Next => next;

    public override void Advance(AnswerWindow window)
    {
        window.Open();
        if (!ended)
        {
            if (!IsInside && SkipSpace(window) == window.End)
            {
                return;
            }

            ended = Walk(window);
        }

        if (ended && SkipSpace(window) != window.End)
        {
            throw new UnfilterableAnswerException("the cluster's answer goes on behind its end");
        }

        if (!rows.IsOpen && metadataStart == 0)
        {
            window.Drop(ended ? window.End : LastEnd);
        }
    }

    public override void Finish(AnswerWindow window)
    {
        if (!ended || !isList)
        {
            throw new UnfilterableAnswerException("a page of the list is cut off, or is none");
        }
    }

    protected override void Name(JsonRole role, JsonRole parent, long start, AnswerWindow window)
    {
    }

    protected override void Begin(JsonRole role, JsonTokenType token, long start, long end, AnswerWindow window)
    {
        switch (role)
        {
            case JsonRole.List when token != JsonTokenType.StartObject:
            case JsonRole.Items or JsonRole.Rows when role != array || isList || token != JsonTokenType.StartArray:
                throw new UnfilterableAnswerException("a page of the list has another form than the first");
            case JsonRole.Items or JsonRole.Rows:
                isList = true;
                break;
            case JsonRole.ListMetadata:
                window.Drop(start);
                metadataStart = start;
                break;
            default:
                if (role is JsonRole.Item or JsonRole.Row)
                {
                    window.Drop(LastEnd);
                }

                rows.Begin(role, token, LastEnd, start, window);
                break;
        }
    }

    protected override void Scalar(JsonRole role, ref Utf8JsonReader reader, long start, long end, AnswerWindow window)
    {
        if (role is JsonRole.Items or JsonRole.Rows && reader.TokenType == JsonTokenType.Null)
        {
            isList = true;
            return;
        }

        if (role is JsonRole.Item or JsonRole.Row)
        {
            window.Drop(LastEnd);
        }

        if (rows.Scalar(role, ref reader, LastEnd, start, end, window))
        {
            EndRow(end, window);
        }
    }

    protected override void End(JsonRole role, long end, AnswerWindow window)
    {
        switch (role)
        {
            case JsonRole.Item or JsonRole.Row:
                EndRow(end, window);
                break;
            case JsonRole.RowObject:
                rows.ObjectEnds(end);
                break;
            case JsonRole.ListMetadata:
                next = ListHead.Read(window.Between(metadataStart, end)).Continue;
                metadataStart = 0;
                break;
        }
    }

    private void EndRow(long end, AnswerWindow window)
    {
        if (!Decide(rows.Identity))
        {
            rows.End(shown: false, end, strip: false, window);
            return;
        }

        window.Insert(rows.KeptOne ? ","u8.ToArray() : System.Text.Encoding.UTF8.GetBytes(opening));
        rows.EndAlone(end, stripObjects, window);
    }
}
