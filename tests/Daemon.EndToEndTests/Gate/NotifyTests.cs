using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>What systemd hears from the daemon, on a socket of the kind that it gives its services.</summary>
public sealed class NotifyTests : IDisposable
{
    private readonly GateFolder folder = new();

    [Fact]
    public async Task Ready_comes_after_the_first_state_then_reloading_watchdog_and_stopping()
    {
        folder.PutAlice();
        folder.Push("Start");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var path = Path.Combine(folder.Path, "notify");
        socket.Bind(new UnixDomainSocketEndPoint(path));
        await using var gate = await GateProcess.StartAsync(folder, ("NOTIFY_SOCKET", path), ("WATCHDOG_USEC", "200000"));
        var messages = Channel.CreateUnbounded<string>();
        using var ending = new CancellationTokenSource();
        var receiving = ReceiveAsync(socket, messages.Writer, ending.Token);

        (await NextAsync(messages, "READY=1")).ShouldContain("STATUS=Serving 0 clusters from commit ");
        await NextAsync(messages, "WATCHDOG=1");
        await gate.SignalAsync("HUP");
        (await NextAsync(messages, "RELOADING=1")).ShouldContain("MONOTONIC_USEC=");
        await NextAsync(messages, "READY=1");
        await gate.SignalAsync("TERM");
        await NextAsync(messages, "STOPPING=1");

        await ending.CancelAsync();
        await receiving;
    }

    public void Dispose() => folder.Dispose();

    private static async Task ReceiveAsync(Socket socket, ChannelWriter<string> messages, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
                messages.TryWrite(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
        catch (OperationCanceledException)
        {
            // The test has heard what it wants.
        }
    }

    private static async Task<string> NextAsync(Channel<string> messages, string start)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            var message = await messages.Reader.ReadAsync(limit.Token);
            if (message.StartsWith(start, StringComparison.Ordinal))
            {
                return message;
            }
        }
    }
}
