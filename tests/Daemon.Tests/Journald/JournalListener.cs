using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Tidegate.Tests.Journald;

/// <summary>A datagram socket in the place of the journal's, read by the test.</summary>
internal sealed class JournalListener : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly string path;

    public JournalListener(string path)
    {
        this.path = path;
        socket.Bind(new UnixDomainSocketEndPoint(path));
    }

    /// <summary>The next datagram; fails when none comes.</summary>
    public byte[] Receive()
    {
        socket.Poll(Deadline, SelectMode.SelectRead).ShouldBeTrue("no entry arrived");
        var buffer = new byte[512 * 1024];
        return buffer[..socket.Receive(buffer)];
    }

    /// <summary>The next datagram, taken apart into fields.</summary>
    public Dictionary<string, string> ReceiveFields() => Parse(Receive());

    public void Dispose()
    {
        socket.Dispose();
        File.Delete(path);
    }

    /// <summary>Reads the native form; strict, so that what journald would drop fails the test.</summary>
    public static Dictionary<string, string> Parse(ReadOnlySpan<byte> entry)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!entry.IsEmpty)
        {
            var line = entry[..entry.IndexOf((byte)'\n')];
            var equals = line.IndexOf((byte)'=');
            if (equals >= 0)
            {
                fields.Add(Encoding.ASCII.GetString(line[..equals]), Encoding.UTF8.GetString(line[(equals + 1)..]));
                entry = entry[(line.Length + 1)..];
                continue;
            }

            var rest = entry[(line.Length + 1)..];
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            fields.Add(Encoding.ASCII.GetString(line), Encoding.UTF8.GetString(rest.Slice(sizeof(ulong), length)));
            rest[sizeof(ulong) + length].ShouldBe((byte)'\n');
            entry = rest[(sizeof(ulong) + length + 1)..];
        }

        return fields;
    }
}
