using Tidegate.Encodings;

namespace Tidegate.Filtering;

/// <summary>
/// Leaves hidden objects out of a list, and whatever else it has but its <c>ListMeta</c>. The list's length stands before it: what is shown is held back until it ends.
/// </summary>
/// <param name="seal">Makes the client's <c>continue</c> token; null: it gets none.</param>
/// <param name="held">Where what is shown waits; owned. Null: in a place of its own.</param>
/// <param name="isFurther">Whether it is a further page, of which only the objects are given, as fields of a list.</param>
internal sealed class ProtobufListFilter(ObjectVisibility shows, Func<string, string>? seal = null, HeldBytes? held = null, bool isFurther = false) : AnswerFilter(shows)
{
    private const int ListMetadata = 1;
    private const int Items = 2;

    private readonly HeldBytes held = held ?? new();

    private Step step;
    private long place;
    private long left;
    private uint seen;
    private bool isStatus;
    private bool isList;
    private ProtobufListHead? head;

    private enum Step
    {
        Magic,
        Envelope,
        List,
    }

    public override string Next => seal is null && !isFurther ? "" : head?.Continue ?? "";

    public override bool Collects => true;

    public override AnswerFilter Continuation(long shownBefore) => new ProtobufListFilter(Shows, isFurther: true);

    public override void Append(ReadOnlySpan<byte> shown) => held.Add(shown);

    public override void Advance(AnswerWindow window)
    {
        if (isFurther)
        {
            window.Open();
        }

        try
        {
            while (step switch
            {
                Step.Magic => TakeMagic(window),
                Step.Envelope => TakeEnvelopeField(window),
                _ => TakeListField(window),
            })
            {
            }
        }
        catch (FormatException e)
        {
            throw ProtobufHeader.Malformed(e);
        }
    }

    public override void Finish(AnswerWindow window)
    {
        if (step != Step.Envelope || place != window.End || !Has(ProtobufEnvelope.TypeMeta))
        {
            throw new UnfilterableAnswerException("the cluster's answer is cut off");
        }

        if (isFurther)
        {
            window.Drop(window.End);
        }
    }

    public override void Complete(AnswerWindow window, string token, long shownInPages)
    {
        if (isFurther)
        {
            return;
        }

        if (isList)
        {
            var fields = new List<byte>();
            if (head is not null)
            {
                ProtobufListHead.WriteField(fields, ListMetadata, head.Write(token.Length > 0 ? seal!(token) : ""));
            }

            var header = new List<byte>();
            ProtobufHeader.WriteVarint(header, (ProtobufEnvelope.Raw << 3) | ProtobufCursor.LengthDelimited);
            ProtobufHeader.WriteVarint(header, (ulong)(fields.Count + held.Length));
            window.Insert((byte[])[.. header, .. fields]);
            held.Release(window);
        }

        window.Keep(window.End);
        window.Open();
    }

    public override void Dispose() => held.Dispose();

    private bool TakeMagic(AnswerWindow window)
    {
        var magic = ProtobufEnvelope.Magic;
        if (window.End < magic.Length)
        {
            return false;
        }

        place = window.From(0).StartsWith(magic) ? magic.Length : throw ProtobufHeader.Malformed();
        step = Step.Envelope;
        return true;
    }

    private bool TakeEnvelopeField(AnswerWindow window)
    {
        if (ProtobufHeader.Read(window.From(place)) is not { } header)
        {
            return false;
        }

        if (header.Field > ProtobufEnvelope.ContentType || Has(header.Field))
        {
            throw ProtobufHeader.Malformed();
        }

        var content = place + header.Size;
        if (header.Field == ProtobufEnvelope.Raw && !isStatus)
        {
            BeginList(content, header.Length, window);
            return true;
        }

        if (window.End - content < header.Length)
        {
            return false;
        }

        var end = content + header.Length;
        seen |= 1u << header.Field;
        if (header.Field == ProtobufEnvelope.TypeMeta)
        {
            isStatus = !isFurther && ProtobufEnvelope.IsStatus(window.Between(content, end));
            if (!isStatus && !ProtobufEnvelope.IsList(window.Between(content, end)))
            {
                throw new UnfilterableAnswerException("the cluster's answer is no list");
            }
        }
        else if (header.Field == ProtobufEnvelope.Raw)
        {
            TellStatus(content, end, window);
        }
        else if (header.Length > 0)
        {
            throw new UnfilterableAnswerException("the list in the cluster's answer is not encoded as protobuf");
        }

        place = end;
        return true;
    }

    private void TellStatus(long content, long end, AnswerWindow window)
    {
        var field = new List<byte>();
        ProtobufListHead.WriteField(field, ProtobufEnvelope.Raw, ProtobufStatus.Tell(window.Between(content, end), seal));
        window.Keep(place);
        window.Drop(end);
        window.Insert(field.ToArray());
    }

    private void BeginList(long content, long length, AnswerWindow window)
    {
        if (!Has(ProtobufEnvelope.TypeMeta))
        {
            throw new UnfilterableAnswerException("the cluster's answer does not say first what it is");
        }

        if (!isFurther)
        {
            // Copied, because the bytes of the answer would all stay in memory from a piece of them on that cannot be taken yet.
            window.Insert(window.Between(window.Decided, place).ToArray());
        }

        window.Drop(content);
        seen |= 1u << ProtobufEnvelope.Raw;
        (place, left, isList) = (content, length, true);
        step = Step.List;
    }

    private bool TakeListField(AnswerWindow window)
    {
        if (left == 0)
        {
            step = Step.Envelope;
            return true;
        }

        var rest = window.From(place);
        if (ProtobufHeader.Read(rest[..(int)Math.Min(rest.Length, left)]) is not { } header)
        {
            return rest.Length < left ? false : throw ProtobufHeader.Malformed();
        }

        var size = header.Size + header.Length;
        if (size > left)
        {
            throw ProtobufHeader.Malformed();
        }

        if (rest.Length < size)
        {
            return false;
        }

        var end = place + size;
        if (header.Field == Items && Decide(ProtobufObject.Identity(rest[header.Size..(int)size])))
        {
            Show(end, window);
        }
        else if (header.Field == ListMetadata)
        {
            head = ProtobufListHead.Read(rest[header.Size..(int)size]);
        }

        // Every list of the Kubernetes API has these two alone; whatever else there may be one day is not told.
        window.Drop(end);
        place = end;
        left -= size;
        return true;
    }

    private void Show(long end, AnswerWindow window)
    {
        if (isFurther)
        {
            window.Keep(end);
        }
        else
        {
            held.Add(window.Between(place, end));
        }
    }

    private bool Has(int field) => (seen & (1u << field)) != 0;
}
