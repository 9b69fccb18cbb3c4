using System.Text;
using Tidegate.Encodings;

namespace Tidegate.Filtering;

/// <summary>A list's <c>ListMeta</c>, as <see cref="ListHead"/> tells of it. Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto</c>.</summary>
/// <param name="Continue">The cluster's own token; empty: the list ends here.</param>
internal sealed record ProtobufListHead(string SelfLink, string ResourceVersion, string Continue)
{
    private const int SelfLinkField = 1;
    private const int ResourceVersionField = 2;
    private const int ContinueField = 3;

    /// <exception cref="FormatException">The message is malformed.</exception>
    public static ProtobufListHead Read(ReadOnlySpan<byte> message)
    {
        var head = new ProtobufListHead("", "", "");
        var cursor = new ProtobufCursor(message);
        while (cursor.Next())
        {
            if (cursor.WireType == ProtobufCursor.LengthDelimited)
            {
                head = cursor.Field switch
                {
                    SelfLinkField => head with { SelfLink = cursor.Text() },
                    ResourceVersionField => head with { ResourceVersion = cursor.Text() },
                    ContinueField => head with { Continue = cursor.Text() },
                    _ => head,
                };
            }
        }

        return head;
    }

    /// <summary>The message that the client gets, with its own token.</summary>
    /// <param name="token">Empty: none.</param>
    public byte[] Write(string token)
    {
        var bytes = new List<byte>();
        foreach (var (field, text) in new[] { (SelfLinkField, SelfLink), (ResourceVersionField, ResourceVersion), (ContinueField, token) })
        {
            if (text.Length > 0)
            {
                WriteField(bytes, field, Encoding.UTF8.GetBytes(text));
            }
        }

        return [.. bytes];
    }

    /// <summary>Adds a field with its tag and length.</summary>
    public static void WriteField(List<byte> bytes, int field, ReadOnlySpan<byte> content)
    {
        ProtobufHeader.WriteVarint(bytes, ((ulong)field << 3) | ProtobufCursor.LengthDelimited);
        ProtobufHeader.WriteVarint(bytes, (ulong)content.Length);
        bytes.AddRange(content);
    }
}
