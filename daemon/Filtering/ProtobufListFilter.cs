using System.Buffers;
using Tidegate.Encodings;

namespace Tidegate.Filtering;

/// <summary>
/// Leaves hidden objects out of a list. The list's length stands before it: what is shown is held back up to a limit, so that a list that ends within it gets its true
/// length. Beyond, the length stays as it was, and padding takes the place of what was withheld.
/// </summary>
/// <param name="longestHeld">The limit in bytes.</param>
internal sealed class ProtobufListFilter(ObjectVisibility shows, int longestHeld = 1 << 20) : AnswerFilter(shows)
{
    private const int ListMetadata = 1;
    private const int Items = 2;

    private Step step;
    private long place;
    private uint seen;
    private bool isStatus;

    // Of the list: the length that the cluster declared, how much of it has not been read, and how much is held or went on.
    private long declared;
    private long left;
    private long kept;
    private byte[]? held;
    private bool holding;

    private enum Step
    {
        Magic,
        Envelope,
        List,
    }

    public override void Advance(AnswerWindow window)
    {
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

        window.Keep(window.End);
        window.Open();
    }

    public override void Dispose()
    {
        if (held is not null)
        {
            ArrayPool<byte>.Shared.Return(held);
            held = null;
        }
    }

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

        place = content + header.Length;
        seen |= 1u << header.Field;
        if (header.Field == ProtobufEnvelope.TypeMeta)
        {
            isStatus = ProtobufEnvelope.IsStatus(window.Between(content, place));
            if (!isStatus && !ProtobufEnvelope.IsList(window.Between(content, place)))
            {
                throw new UnfilterableAnswerException("the cluster's answer is no list");
            }
        }
        else if (header.Field != ProtobufEnvelope.Raw && header.Length > 0)
        {
            throw new UnfilterableAnswerException("the list in the cluster's answer is not encoded as protobuf");
        }

        if (!isStatus && Has(ProtobufEnvelope.Raw))
        {
            window.Keep(place);
        }

        return true;
    }

    private void BeginList(long content, long length, AnswerWindow window)
    {
        if (!Has(ProtobufEnvelope.TypeMeta))
        {
            throw new UnfilterableAnswerException("the cluster's answer does not say first what it is");
        }

        // Copied, because the bytes of the answer would all stay in memory from a piece of them on that cannot be taken yet.
        window.Insert(window.Between(window.Decided, place).ToArray());
        window.Drop(content);
        seen |= 1u << ProtobufEnvelope.Raw;
        place = content;
        (declared, left, holding) = (length, length, true);
        held = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, longestHeld));
        step = Step.List;
    }

    private bool TakeListField(AnswerWindow window)
    {
        if (left == 0)
        {
            EndList(window);
            return true;
        }

        var rest = window.From(place);
        if (ProtobufHeader.Read(rest[..(int)Math.Min(rest.Length, left)]) is not { } header)
        {
            return rest.Length < left ? false : throw ProtobufHeader.Malformed();
        }

        var size = header.Size + header.Length;
        if (size > left || header.Field is not (ListMetadata or Items))
        {
            throw ProtobufHeader.Malformed();
        }

        if (rest.Length < size)
        {
            return false;
        }

        var end = place + size;
        var content = rest[header.Size..(int)size];
        if (header.Field == Items)
        {
            if (Decide(ProtobufObject.Identity(content)))
            {
                Show(end, window);
            }
        }
        else if (ProtobufListMetadata.WithoutRemaining(ListMetadata, content) is { } shorter)
        {
            Show(shorter, window);
        }
        else
        {
            Show(end, window);
        }

        window.Drop(end);
        place = end;
        left -= size;
        return true;
    }

    private void EndList(AnswerWindow window)
    {
        if (holding)
        {
            Release(kept, window);
        }
        else
        {
            ProtobufPadding.Write(declared - kept, window);
        }

        step = Step.Envelope;
    }

    /// <summary>Shows the bytes up to a place as they are.</summary>
    private void Show(long end, AnswerWindow window)
    {
        if (!TryHold(window.Between(place, end), window))
        {
            window.Keep(end);
        }

        kept += end - place;
    }

    private void Show(byte[] instead, AnswerWindow window)
    {
        if (!TryHold(instead, window))
        {
            window.Insert(instead);
        }

        kept += instead.Length;
    }

    /// <summary>Holds a field back; when there is no room for it, what was held goes before it.</summary>
    private bool TryHold(ReadOnlySpan<byte> field, AnswerWindow window)
    {
        if (holding && kept + field.Length > Math.Min(declared, longestHeld))
        {
            Release(declared, window);
        }

        if (holding)
        {
            field.CopyTo(held.AsSpan((int)kept));
        }

        return holding;
    }

    private void Release(long length, AnswerWindow window)
    {
        var header = new List<byte>();
        ProtobufHeader.WriteVarint(header, (ProtobufEnvelope.Raw << 3) | ProtobufCursor.LengthDelimited);
        ProtobufHeader.WriteVarint(header, (ulong)length);
        window.Insert(header.ToArray());
        window.Insert(held.AsMemory(0, (int)kept));
        window.Open();
        holding = false;
    }

    private bool Has(int field) => (seen & (1u << field)) != 0;
}
