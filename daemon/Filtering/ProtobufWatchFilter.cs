using System.Buffers.Binary;

namespace Tidegate.Filtering;

/// <summary>
/// Leaves out the frames of hidden objects; the others stay as they are. Source: <c>k8s.io/apimachinery/pkg/util/framer</c>, <c>meta/v1/generated.proto</c> (WatchEvent).
/// </summary>
internal sealed class ProtobufWatchFilter(ObjectVisibility shows) : AnswerFilter(shows)
{
    private const int LengthSize = 4;
    private const int Type = 1;
    private const int Object = 2;
    private const int Raw = 1;

    public override void Advance(AnswerWindow window)
    {
        window.Open();
        while (Frame(window.From(window.Decided)) is { } length && window.End - window.Decided >= LengthSize + length)
        {
            var start = window.Decided + LengthSize;
            Judge(start, start + length, window);
        }
    }

    public override void Finish(AnswerWindow window)
    {
        if (window.Decided != window.End)
        {
            throw new UnfilterableAnswerException("an event in the cluster's answer is cut off");
        }
    }

    /// <summary>The length of a frame's content; null when it has not arrived.</summary>
    private static int? Frame(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < LengthSize)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return length <= AnswerWindow.LargestObject ? (int)length
            : throw new UnfilterableAnswerException($"an object in the cluster's answer is larger than {AnswerWindow.LargestObject >> 20} MiB");
    }

    private void Judge(long start, long end, AnswerWindow window)
    {
        var frame = window.Between(start, end);
        try
        {
            if (!ProtobufObject.TryOnly(frame, Type, out var type))
            {
                throw new UnfilterableAnswerException("an event in the cluster's answer has two types");
            }

            if (type.SequenceEqual("BOOKMARK"u8) || type.SequenceEqual("ERROR"u8))
            {
                var told = ProtobufSignal.Tell(frame, type);
                window.Drop(end);
                window.Insert(told);
                return;
            }

            if (!type.SequenceEqual("ADDED"u8) && !type.SequenceEqual("MODIFIED"u8) && !type.SequenceEqual("DELETED"u8))
            {
                throw new UnfilterableAnswerException("the cluster's answer has an event of an unknown type");
            }

            var found = ProtobufObject.TryOnly(frame, Object, out var extension) && ProtobufObject.TryOnly(extension, Raw, out var envelope)
                && ProtobufEnvelope.TryOpen(envelope, out var raw)
                ? ProtobufObject.Identity(raw) : null;
            if (Decide(found))
            {
                window.Keep(end);
            }
            else
            {
                window.Drop(end);
            }
        }
        catch (FormatException e)
        {
            throw ProtobufHeader.Malformed(e);
        }
    }
}
