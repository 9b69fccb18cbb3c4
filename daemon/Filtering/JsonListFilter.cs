using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// Leaves hidden objects out of a list's <c>items</c> and a <c>Table</c>'s <c>rows</c>, and the list's <c>remainingItemCount</c>, which counts hidden ones. Nothing goes
/// to the client before one of the two has begun: what has neither is no list, and passes only as a whole <c>Status</c>.
/// </summary>
internal sealed class JsonListFilter(ObjectVisibility shows, bool stripObjects) : JsonFilter(shows, JsonRole.List)
{
    private static readonly byte[] Null = "null"u8.ToArray();

    private JsonRow row;
    private string? kind;
    private string? apiVersion;
    private bool twoKinds;
    private bool isList;
    private bool keptOne;
    private bool ended;

    // Inside an item, a row or a member that is left out, nothing is decided before its end.
    private bool undecided;

    public override void Advance(AnswerWindow window)
    {
        if (!ended)
        {
            if (!IsInside && SkipSpace(window) == window.End)
            {
                return;
            }

            ended = Walk(window);
            if (!undecided)
            {
                window.Keep(LastEnd);
            }

            if (ended)
            {
                RequireListOrStatus();
                window.Open();
            }
        }

        if (ended)
        {
            if (SkipSpace(window) != window.End)
            {
                throw new UnfilterableAnswerException("the cluster's answer goes on behind its end");
            }

            window.Keep(window.End);
        }
    }

    public override void Finish(AnswerWindow window)
    {
        if (!ended)
        {
            throw new UnfilterableAnswerException("the cluster's answer is cut off");
        }
    }

    protected override void Name(JsonRole role, JsonRole parent, long start, AnswerWindow window)
    {
        if (role == JsonRole.RemainingItemCount)
        {
            window.Keep(LastEnd);
            undecided = true;
        }
        else if (parent == JsonRole.ListMetadata)
        {
            KeepSeparator(LastEnd, start, window);
        }
    }

    protected override void Begin(JsonRole role, JsonTokenType token, long start, long end, AnswerWindow window)
    {
        switch (role)
        {
            case JsonRole.List when token != JsonTokenType.StartObject:
            case JsonRole.Items or JsonRole.Rows when token != JsonTokenType.StartArray:
            case JsonRole.Kind or JsonRole.ApiVersion:
                throw new UnfilterableAnswerException("the cluster's answer is no list");
            case JsonRole.Items or JsonRole.Rows:
                isList = true;
                keptOne = false;
                window.Keep(end);
                window.Open();
                break;
            case JsonRole.ListMetadata:
                keptOne = false;
                break;
            case JsonRole.Item or JsonRole.Row:
                BeginRow(token, start, window);
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

    protected override void Scalar(JsonRole role, ref Utf8JsonReader reader, long start, long end, AnswerWindow window)
    {
        switch (role)
        {
            case JsonRole.Items or JsonRole.Rows when reader.TokenType == JsonTokenType.Null:
                isList = true;
                break;
            case JsonRole.List or JsonRole.Items or JsonRole.Rows:
                throw new UnfilterableAnswerException("the cluster's answer is no list");
            case JsonRole.Kind or JsonRole.ApiVersion:
                Type(role, ref reader);
                break;
            case JsonRole.Item or JsonRole.Row:
                BeginRow(reader.TokenType, start, window);
                EndRow(end, window);
                break;
            case JsonRole.RowObject:
                row.ObjectBegins(reader.TokenType, start);
                break;
            case JsonRole.Metadata:
                row.Identity.Metadata(isObject: false);
                break;
            case JsonRole.Name or JsonRole.Namespace:
                row.Identity.Part(role, ref reader);
                break;
            case JsonRole.RemainingItemCount:
                EndLeftOut(end, window);
                break;
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
                row.ObjectEnds(end);
                break;
            case JsonRole.RemainingItemCount:
                EndLeftOut(end, window);
                break;
        }
    }

    private void BeginRow(JsonTokenType token, long start, AnswerWindow window)
    {
        window.Keep(LastEnd);
        undecided = true;
        row.Begin(LastEnd, start);
        if (token != JsonTokenType.StartObject)
        {
            row.Identity.Unclear();
        }
    }

    private void EndRow(long end, AnswerWindow window)
    {
        undecided = false;
        if (!Decide(row.Identity.Value))
        {
            window.Drop(end);
            return;
        }

        KeepSeparator(row.SeparatorStart, row.Start, window);
        if (stripObjects && row.ObjectStart > 0)
        {
            window.Keep(row.ObjectStart);
            window.Drop(row.ObjectEnd);
            window.Insert(Null);
        }

        window.Keep(end);
    }

    private void EndLeftOut(long end, AnswerWindow window)
    {
        undecided = false;
        window.Drop(end);
    }

    /// <summary>Keeps what stands before an element or member, without its comma when all its predecessors were left out.</summary>
    private void KeepSeparator(long separatorStart, long start, AnswerWindow window)
    {
        var comma = keptOne ? -1 : window.Between(separatorStart, start).IndexOf((byte)',');
        if (comma >= 0)
        {
            window.Keep(separatorStart + comma);
            window.Drop(separatorStart + comma + 1);
        }

        window.Keep(start);
        keptOne = true;
    }

    private void Type(JsonRole role, ref Utf8JsonReader reader)
    {
        var value = reader.TokenType == JsonTokenType.String ? reader.GetString() : "";
        ref var known = ref role == JsonRole.Kind ? ref kind : ref apiVersion;
        twoKinds |= known is not null;
        known = value;
    }

    private void RequireListOrStatus()
    {
        var isStatus = kind == "Status" && apiVersion == "v1" && !twoKinds;
        if (isList == isStatus)
        {
            throw new UnfilterableAnswerException("the cluster's answer is no list");
        }
    }
}
