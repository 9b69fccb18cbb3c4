namespace Tidegate.Filtering;

/// <summary>What <see cref="JsonObjectFilter"/> does, for protobuf, which has no tables.</summary>
internal sealed class ProtobufObjectFilter(ObjectVisibility shows) : AnswerFilter(shows)
{
    public override void Advance(AnswerWindow window)
    {
    }

    public override void Finish(AnswerWindow window)
    {
        if (!IsShown(window.From(0)))
        {
            throw JsonObjectFilter.NotShown();
        }

        window.Keep(window.End);
        window.Open();
    }

    private bool IsShown(ReadOnlySpan<byte> envelope)
    {
        try
        {
            if (!ProtobufEnvelope.TryOpen(envelope, out var raw) || !ProtobufObject.TryOnly(envelope[ProtobufEnvelope.Magic.Length..], ProtobufEnvelope.TypeMeta, out var type))
            {
                return false;
            }

            // The first field of a list is not what an object has there.
            return ProtobufEnvelope.IsStatus(type) || (!ProtobufEnvelope.IsList(type) && Decide(ProtobufObject.Identity(raw)));
        }
        catch (FormatException e)
        {
            throw ProtobufHeader.Malformed(e);
        }
    }
}
