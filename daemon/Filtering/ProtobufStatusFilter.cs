namespace Tidegate.Filtering;

/// <summary>Lets of an error what may be told through: see <see cref="ProtobufStatus"/>.</summary>
internal sealed class ProtobufStatusFilter(Func<string, string>? seal) : AnswerFilter((_, _) => false)
{
    public override void Advance(AnswerWindow window)
    {
    }

    public override void Finish(AnswerWindow window)
    {
        try
        {
            var told = Tell(window.From(0));
            window.Drop(window.End);
            window.Insert(told);
            window.Open();
        }
        catch (FormatException e)
        {
            throw ProtobufHeader.Malformed(e);
        }
    }

    private byte[] Tell(ReadOnlySpan<byte> envelope) =>
        ProtobufEnvelope.TryOpen(envelope, out var raw) && ProtobufObject.TryOnly(envelope[ProtobufEnvelope.Magic.Length..], ProtobufEnvelope.TypeMeta, out var type)
            && ProtobufEnvelope.IsStatus(type)
            ? ProtobufEnvelope.Write(type, ProtobufStatus.Tell(raw, seal))
            : throw new UnfilterableAnswerException("the cluster's answer is an error in a form of its own");
}
