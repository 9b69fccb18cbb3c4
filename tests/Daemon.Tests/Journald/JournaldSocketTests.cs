using Serilog.Sinks.Journald;

namespace Tidegate.Tests.Journald;

public sealed class JournaldSocketTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tidegate-journald-");
    private readonly JournaldSocket socket;

    public JournaldSocketTests() => socket = new(SocketPath, TimeProvider.System);

    private string SocketPath => Path.Combine(folder.FullName, "socket");

    public void Dispose()
    {
        socket.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void An_entry_arrives_as_one_datagram()
    {
        using var journal = new JournalListener(SocketPath);

        socket.Send("MESSAGE=one\n"u8).ShouldBe(JournaldSendResult.Sent);
        socket.Send("MESSAGE=two\n"u8).ShouldBe(JournaldSendResult.Sent);

        journal.Receive().ShouldBe("MESSAGE=one\n"u8.ToArray());
        journal.Receive().ShouldBe("MESSAGE=two\n"u8.ToArray());
    }

    [Fact]
    public void A_journal_that_is_away_is_an_error_with_its_reason()
    {
        var result = socket.Send("MESSAGE=lost\n"u8);

        result.Status.ShouldBe(JournaldSendStatus.Unreachable);
        result.Error.ShouldBe($"the journal's socket {SocketPath} is not reachable: it does not exist");
    }

    [Fact]
    public void A_dead_socket_file_is_an_error_with_its_reason()
    {
        using (var dead = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Unspecified))
        {
            dead.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(SocketPath));
        }

        // .NET removes the file of a socket that it bound; a journal that was killed leaves it.
        File.Exists(SocketPath).ShouldBeFalse();
        File.WriteAllText(SocketPath, "");

        var result = socket.Send("MESSAGE=lost\n"u8);

        (result.Status, result.Error).ShouldBe((JournaldSendStatus.Unreachable, $"the journal's socket {SocketPath} is not reachable: nobody listens"));
    }

    [Fact]
    public void A_restarted_journal_is_found_again_without_losing_an_entry()
    {
        using (var before = new JournalListener(SocketPath))
        {
            socket.Send("MESSAGE=before\n"u8).IsSent.ShouldBeTrue();
            before.Receive().ShouldBe("MESSAGE=before\n"u8.ToArray());
        }

        socket.Send("MESSAGE=between\n"u8).Status.ShouldBe(JournaldSendStatus.Unreachable);
        using (var after = new JournalListener(SocketPath))
        {
            socket.Send("MESSAGE=after\n"u8).ShouldBe(JournaldSendResult.Sent);
            after.Receive().ShouldBe("MESSAGE=after\n"u8.ToArray());
        }

        using var again = new JournalListener(SocketPath);
        socket.Send("MESSAGE=again\n"u8).ShouldBe(JournaldSendResult.Sent);
        again.Receive().ShouldBe("MESSAGE=again\n"u8.ToArray());
    }

    [Fact]
    public async Task A_full_queue_is_said_at_once_and_waited_for_only_on_request()
    {
        using var journal = new JournalListener(SocketPath);
        var sent = Fill();

        socket.Send("MESSAGE=more\n"u8).Status.ShouldBe(JournaldSendStatus.Full);
        socket.Send("MESSAGE=more\n"u8, TimeSpan.FromMilliseconds(50)).Status.ShouldBe(JournaldSendStatus.Full);

        using var reading = new Barrier(2);
        var reader = Task.Factory.StartNew(
            () =>
            {
                reading.SignalAndWait();
                for (var i = 0; i < sent; i++)
                {
                    journal.Receive();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        reading.SignalAndWait();
        socket.Send("MESSAGE=last\n"u8, TimeSpan.FromSeconds(120)).ShouldBe(JournaldSendResult.Sent);
        await reader.WaitAsync(TimeSpan.FromSeconds(120));
        journal.Receive().ShouldBe("MESSAGE=last\n"u8.ToArray());
    }

    [Fact]
    public void An_entry_too_large_for_a_datagram_is_passed_as_a_file()
    {
        using var journal = new JournalListener(SocketPath);
        var entry = new byte[4 * 1024 * 1024];

        socket.Send(entry).ShouldBe(JournaldSendResult.Sent);

        // The file comes beside an empty message; what the journal makes of it is tested with a real one.
        journal.Receive().ShouldBeEmpty();
    }

    /// <summary>Sends until nothing fits; the number is a setting of the kernel.</summary>
    private int Fill()
    {
        var sent = 0;
        while (socket.Send("MESSAGE=fill\n"u8).IsSent)
        {
            sent++;
            sent.ShouldBeLessThan(100_000);
        }

        sent.ShouldBeGreaterThan(0);
        return sent;
    }
}
