using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// Leaves hidden objects out of a list's <c>items</c> and a <c>Table</c>'s <c>rows</c>, and every member of the list that is not known to tell nothing. Nothing goes to
/// the client before one of the two has begun: what has neither is no list, and passes only as a whole <c>Status</c>. What stands behind the items waits until it is known
/// whether objects of further pages come before it, and so does the list's <c>metadata</c> where it says that there are such pages.
/// </summary>
/// <param name="seal">Makes the client's <c>continue</c> token; null: it gets none.</param>
internal sealed class JsonListFilter(ObjectVisibility shows, bool stripObjects, Func<string, string>? seal = null) : JsonFilter(shows, JsonRole.List)
{
    private readonly JsonMembers members = new();

    private JsonRows rows;
    private JsonRole array;
    private ListHead? head;
    private bool wasNull;
    private bool ended;
    private bool complete;

    public override string Next => seal is null ? "" : head?.Continue ?? "";

    public override void Advance(AnswerWindow window)
    {
        if (!ended)
        {
            if (!IsInside && SkipSpace(window) == window.End)
            {
                return;
            }

            ended = Walk(window);
            if (!rows.IsOpen && !members.IsOpen)
            {
                members.Keep(LastEnd, window);
            }

            if (ended)
            {
                RequireListOrStatus();
            }
        }

        if (ended)
        {
            if (SkipSpace(window) != window.End)
            {
                throw new UnfilterableAnswerException("the cluster's answer goes on behind its end");
            }

            members.Keep(window.End, window);
            if (Next.Length == 0)
            {
                Complete(window, "", 0);
            }
        }
    }

    public override void Finish(AnswerWindow window)
    {
        if (!ended)
        {
            throw new UnfilterableAnswerException("the cluster's answer is cut off");
        }
    }

    public override AnswerFilter Continuation(long shownBefore) =>
        new JsonPageFilter(Shows, stripObjects, array, shownBefore > 0 || rows.KeptOne ? "," : wasNull ? "[" : "");

    public override void Complete(AnswerWindow window, string token, long shownInPages)
    {
        if (complete)
        {
            return;
        }

        complete = true;
        if (wasNull)
        {
            window.Insert(shownInPages > 0 ? "]"u8.ToArray() : "null"u8.ToArray());
        }

        var metadata = Next.Length > 0 ? (byte[])[.. ",\"metadata\":"u8, .. head!.Write(token.Length > 0 ? seal!(token) : "")] : [];
        members.Release(metadata, window);
        window.Open();
    }

    protected override void Name(JsonRole role, JsonRole parent, long start, AnswerWindow window)
    {
        if (parent == JsonRole.List)
        {
            members.Begin(role, LastEnd, start, window);
        }
    }

    protected override void Begin(JsonRole role, JsonTokenType token, long start, long end, AnswerWindow window)
    {
        switch (role)
        {
            case JsonRole.List when token != JsonTokenType.StartObject:
            case JsonRole.Items or JsonRole.Rows when token != JsonTokenType.StartArray:
            case JsonRole.Kind or JsonRole.ApiVersion:
                throw NoList();
            case JsonRole.Items or JsonRole.Rows:
                BeginArray(role);
                members.Keep(end, window);
                window.Open();
                break;
            case JsonRole.ListMetadata:
                members.ValueStart = start;
                break;
            default:
                rows.Begin(role, token, LastEnd, start, window);
                break;
        }
    }

    protected override void Scalar(JsonRole role, ref Utf8JsonReader reader, long start, long end, AnswerWindow window)
    {
        switch (role)
        {
            case JsonRole.Items or JsonRole.Rows when reader.TokenType == JsonTokenType.Null:
                BeginArray(role);
                wasNull = true;
                members.Keep(start, window);
                window.Drop(end);
                window.Open();
                members.HoldBack();
                break;
            case JsonRole.List or JsonRole.Items or JsonRole.Rows:
                throw NoList();
            case JsonRole.ListMetadata:
                members.ValueStart = start;
                EndMetadata(end, window);
                break;
            case JsonRole.Kind or JsonRole.ApiVersion:
                members.Type(role, ref reader);
                break;
            default:
                if (rows.Scalar(role, ref reader, LastEnd, start, end, window))
                {
                    EndRow(end, window);
                }

                members.End(end, window);
                break;
        }
    }

    protected override void End(JsonRole role, long end, AnswerWindow window)
    {
        switch (role)
        {
            case JsonRole.List:
                members.Keep(LastEnd, window);
                members.Close();
                break;
            case JsonRole.Items or JsonRole.Rows:
                members.HoldBack();
                break;
            case JsonRole.ListMetadata:
                EndMetadata(end, window);
                break;
            case JsonRole.Item or JsonRole.Row:
                EndRow(end, window);
                break;
            case JsonRole.RowObject:
                rows.ObjectEnds(end);
                break;
            case JsonRole.None or JsonRole.StatusMember or JsonRole.ColumnDefinitions:
                members.End(end, window);
                break;
        }
    }

    private void BeginArray(JsonRole role) => array = array == JsonRole.None ? role : throw new UnfilterableAnswerException("the cluster's answer has two lists");

    private void EndRow(long end, AnswerWindow window) => rows.End(Decide(rows.Identity), end, stripObjects, window);

    private void EndMetadata(long end, AnswerWindow window)
    {
        if (head is not null)
        {
            throw new UnfilterableAnswerException("the cluster's answer says twice what the list is");
        }

        head = ListHead.Read(window.Between(members.ValueStart, end));
        members.EndMetadata(Next.Length > 0 ? null : head, end, window);
    }

    private void RequireListOrStatus()
    {
        if (array != JsonRole.None == members.IsStatus)
        {
            throw NoList();
        }
    }

    private static UnfilterableAnswerException NoList() => new("the cluster's answer is no list");
}
