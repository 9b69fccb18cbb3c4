using System.Net.Sockets;
using System.Text;

namespace Tidegate.Tests.Hosting;

/// <summary>A datagram socket in the place of systemd's.</summary>
internal sealed class NotifyListener : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly string? file;

    private NotifyListener(string variable, UnixDomainSocketEndPoint address, string? file)
    {
        Variable = variable;
        this.file = file;
        socket.Bind(address);
    }

    /// <summary>What $NOTIFY_SOCKET would hold.</summary>
    public string Variable { get; }

    /// <summary>Whether nothing is waiting to be read.</summary>
    public bool IsEmpty => socket.Available == 0;

    public static NotifyListener AtPath()
    {
        var path = Path.Combine(Path.GetTempPath(), $"tidegate-notify-{Guid.NewGuid():N}");
        return new(path, new(path), path);
    }

    public static NotifyListener Abstract()
    {
        var name = $"tidegate-notify-{Guid.NewGuid():N}";
        return new($"@{name}", new($"\0{name}"), null);
    }

    /// <summary>The next message; fails when none comes.</summary>
    public string Receive()
    {
        socket.Poll(Deadline, SelectMode.SelectRead).ShouldBeTrue("no message arrived");
        var buffer = new byte[8192];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    public void Dispose()
    {
        socket.Dispose();
        if (file is not null)
        {
            File.Delete(file);
        }
    }
}
