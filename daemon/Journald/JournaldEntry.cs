using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Serilog.Sinks.Journald;

/// <summary>
/// One journal entry in the journal's native form: <c>NAME=value</c> and a line break for each field or, for a value with line
/// breaks of its own, <c>NAME</c>, a line break, the length as 64 bits little-endian, the value and a line break. The second form is what keeps a value
/// from smuggling in fields. Source: systemd, <see href="https://systemd.io/JOURNAL_NATIVE_PROTOCOL/"/>.
/// </summary>
internal sealed class JournaldEntry
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);

    /// <summary>What was added so far, ready to be sent.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.WrittenSpan;

    /// <summary>Adds a field; a name may occur several times.</summary>
    /// <exception cref="ArgumentException">The journal would drop a field of this name.</exception>
    public JournaldEntry Add(string name, string value)
    {
        if (!JournaldFieldName.IsValid(name))
        {
            throw new ArgumentException($"\"{name}\" is not a name that the journal accepts from programs", nameof(name));
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Encoding.ASCII.GetBytes(name, buffer);
        if (value.Contains('\n', StringComparison.Ordinal))
        {
            Put('\n');
            BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(sizeof(ulong)), (ulong)length);
            buffer.Advance(sizeof(ulong));
        }
        else
        {
            Put('=');
        }

        buffer.Advance(Encoding.UTF8.GetBytes(value, buffer.GetSpan(length)));
        Put('\n');
        return this;
    }

    private void Put(char character)
    {
        buffer.GetSpan(1)[0] = (byte)character;
        buffer.Advance(1);
    }
}
