using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// Lets the answer to a request for one object through when all of it is what the person may see: the object, a <c>Table</c> of such rows, or a <c>Status</c>. Whatever
/// else a server puts in its place (another object, a list) is refused as a whole. Nothing goes to the client before the end.
/// </summary>
internal sealed class JsonObjectFilter(ObjectVisibility shows, bool stripObjects) : JsonFilter(shows, JsonRole.EventObject)
{
    private readonly JsonEvent answer = new();

    private bool ended;

    public override void Advance(AnswerWindow window)
    {
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
    }

    public override void Finish(AnswerWindow window)
    {
        if (!ended)
        {
            throw new UnfilterableAnswerException("the cluster's answer is cut off");
        }

        if (answer.Unclear || !(answer.IsTable ? ShowsRows(window) : answer.IsStatus || Decide(answer.Identity)))
        {
            throw NotShown();
        }

        window.Keep(window.End);
        window.Open();
    }

    /// <summary>The exception for an answer that holds something else than what was asked for and may be seen.</summary>
    public static UnfilterableAnswerException NotShown() => new("the cluster's answer is not the object that was asked for, or none that your roles show");

    protected override void Name(JsonRole role, JsonRole parent, long start, AnswerWindow window) => answer.Named(role);

    protected override void Begin(JsonRole role, JsonTokenType token, long start, long end, AnswerWindow window)
    {
        if (role == JsonRole.EventObject && token != JsonTokenType.StartObject)
        {
            throw NotShown();
        }

        answer.Begin(role, token, LastEnd, start, end);
    }

    protected override void Scalar(JsonRole role, ref Utf8JsonReader reader, long start, long end, AnswerWindow window)
    {
        if (role == JsonRole.EventObject)
        {
            throw NotShown();
        }

        answer.Scalar(role, ref reader, LastEnd, start, end);
    }

    protected override void End(JsonRole role, long end, AnswerWindow window) => answer.End(role, end);

    private bool ShowsRows(AnswerWindow window)
    {
        var edits = new JsonEdits(window);
        var all = true;
        answer.EditRows(edits, stripObjects, row => all &= Decide(row));
        if (all)
        {
            edits.Make();
        }

        return all;
    }
}
