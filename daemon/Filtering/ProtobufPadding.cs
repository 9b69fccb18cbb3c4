namespace Tidegate.Filtering;

/// <summary>
/// Fills the place of what was withheld from a message whose length is already on its way, with fields that the message does not have and every decoder passes over.
/// </summary>
internal static class ProtobufPadding
{
    /// <summary>Field 15, length-delimited: the highest number whose tag is one byte. No list of the Kubernetes API has more than two fields.</summary>
    private const byte Tag = (15 << 3) | 2;

    /// <summary>Tag and length of an empty field.</summary>
    private const int Smallest = 2;

    /// <summary>The longest content whose length takes 1, 2, 3, … bytes.</summary>
    private static readonly long[] LongestContent = [0x7F, 0x3FFF, 0x1F_FFFF, 0xFFF_FFFF, 0x7_FFFF_FFFF, 0x3FF_FFFF_FFFF];

    /// <summary>Puts fields of exactly so many bytes into the output.</summary>
    /// <param name="count">0, or at least 2: no withheld field is smaller.</param>
    public static void Write(long count, AnswerWindow window)
    {
        while (count > 0)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, Smallest);
            var header = new List<byte> { Tag };
            var content = Content(count);

            // Just above a power of 128 no length fits: one more byte of length is one byte less of content. An empty field in front gets over that.
            ProtobufHeader.WriteVarint(header, (ulong)Math.Max(content, 0));
            window.Insert(header.ToArray());
            window.InsertZeros(Math.Max(content, 0));
            count -= content < 0 ? Smallest : count;
        }
    }

    /// <summary>The length of a single field's content; -1 when no field has exactly the size.</summary>
    private static long Content(long count)
    {
        for (var size = 0; size < LongestContent.Length; size++)
        {
            var content = count - 2 - size;
            if (content >= 0 && content <= LongestContent[size] && (size == 0 || content > LongestContent[size - 1]))
            {
                return content;
            }
        }

        return -1;
    }
}
