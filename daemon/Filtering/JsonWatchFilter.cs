using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// Leaves out the events of hidden objects. White space behind an event shares its fate, so that a shown event's line ends at once. In a watch of a <c>Table</c> each row
/// is judged by itself.
/// </summary>
internal sealed class JsonWatchFilter(ObjectVisibility shows, bool stripObjects) : JsonFilter(shows, JsonRole.Event)
{
    private readonly TableColumns columns = new();

    private JsonEvent current = new();
    private bool keepSpace = true;
    private long start;

    public override void Advance(AnswerWindow window)
    {
        window.Open();
        while (true)
        {
            if (!IsInside)
            {
                var next = SkipSpace(window);
                Settle(next, window);
                if (next == window.End)
                {
                    return;
                }

                current.Reset();
                start = next;
            }

            if (!Walk(window))
            {
                return;
            }

            keepSpace = Judge(window);
        }
    }

    public override void Finish(AnswerWindow window)
    {
        if (IsInside)
        {
            throw new UnfilterableAnswerException("an event in the cluster's answer is cut off");
        }
    }

    protected override void Name(JsonRole role, JsonRole parent, long start, AnswerWindow window) => current.Named(role);

    protected override void Begin(JsonRole role, JsonTokenType token, long start, long end, AnswerWindow window)
    {
        if (role == JsonRole.Event && token != JsonTokenType.StartObject)
        {
            throw new UnfilterableAnswerException("the cluster's answer is no watch");
        }

        current.Begin(role, token, LastEnd, start, end);
    }

    protected override void Scalar(JsonRole role, ref Utf8JsonReader reader, long start, long end, AnswerWindow window)
    {
        if (role == JsonRole.Event)
        {
            throw new UnfilterableAnswerException("the cluster's answer is no watch");
        }

        current.Scalar(role, ref reader, LastEnd, start, end);
    }

    protected override void End(JsonRole role, long end, AnswerWindow window) => current.End(role, end);

    /// <summary>Decides about the event that has ended; edits inside it are made, its end is not yet settled.</summary>
    private bool Judge(AnswerWindow window)
    {
        var passes = current.Type switch
        {
            "BOOKMARK" or "ERROR" => true,
            "ADDED" or "MODIFIED" or "DELETED" => false,
            _ => throw new UnfilterableAnswerException("the cluster's answer has an event of an unknown type"),
        };
        if (passes)
        {
            return Tell(window);
        }

        if (current.Unclear || !current.IsTable)
        {
            return Decide(current.Unclear ? null : current.Identity);
        }

        var edits = new JsonEdits(window);
        if (current.EditRows(edits, stripObjects, Decide))
        {
            columns.Give(current, edits, window);
            edits.Make();
            return true;
        }

        columns.Remember(current, window);
        return false;
    }

    /// <summary>Puts what may be told of a bookmark or an error in its place.</summary>
    private bool Tell(AnswerWindow window)
    {
        if (current is { Unclear: false, IsTable: true })
        {
            columns.Remember(current, window);
        }

        var told = JsonSignal.Tell(window.Between(start, LastEnd), current.Type == "ERROR");
        window.Drop(LastEnd);
        window.Insert(told);
        return true;
    }

    private void Settle(long end, AnswerWindow window)
    {
        if (keepSpace)
        {
            window.Keep(end);
        }
        else
        {
            window.Drop(end);
        }
    }
}
