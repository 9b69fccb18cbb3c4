using System.Buffers.Binary;
using System.Text;

namespace Tidegate.Paging;

/// <summary>What a <c>continue</c> token goes on with: the person, and all that chooses the list. A resource version is none of it, since the API refuses one beside a token.</summary>
/// <param name="Path">Decoded, without the cluster's prefix.</param>
/// <param name="LabelSelector">Decoded; empty when there is none.</param>
/// <param name="FieldSelector">Decoded; empty when there is none.</param>
internal sealed record ContinueScope(string Person, string Cluster, string Path, string LabelSelector, string FieldSelector)
{
    /// <summary>All of it in one form, in which no part runs into the next.</summary>
    public byte[] Bytes()
    {
        var bytes = new List<byte>();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in new[] { Person, Cluster, Path, LabelSelector, FieldSelector })
        {
            var text = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.AddRange(length);
            bytes.AddRange(text);
        }

        return [.. bytes];
    }
}
