using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tidegate.Hosting;
using Tidegate.Limits;
using Tidegate.Listener;
using Tidegate.Tests.Hosting;

namespace Tidegate.Tests.Listener;

/// <summary>Real sockets; the loop that accepts is the test's, so that it can stand still.</summary>
public sealed class AcceptGateTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly Socket held = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly FakeTimeProvider time = new();
    private AcceptGate gate = null!;
    private IConnectionListener listener = null!;

    public async Task InitializeAsync()
    {
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        held.Listen();
        gate = new(new(IPAddress.Any, 0), [held], Limits(new(time)), time, NullLoggerFactory.Instance);
        listener = await gate.BindAsync(gate.Addresses[0]);
    }

    public Task DisposeAsync()
    {
        gate.Dispose();
        held.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_probe_is_seen_by_the_loop_and_goes_no_further()
    {
        var accepting = listener.AcceptAsync().AsTask();
        (await gate.ProbeAsync(CancellationToken.None).WaitAsync(Deadline)).ShouldBeNull();
        accepting.IsCompleted.ShouldBeFalse();
        gate.Connections.Count.ShouldBe(0);

        using var client = await ConnectAsync();
        await using var accepted = await accepting.WaitAsync(Deadline);
        accepted!.RemoteEndPoint.ShouldBe(client.LocalEndPoint);
        gate.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_loop_that_stands_still_is_noticed()
    {
        var probing = gate.ProbeAsync(CancellationToken.None);
        await UntilWaitingAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        (await probing.WaitAsync(Deadline)).ShouldBe($"the listener on {listener.EndPoint} does not accept connections: a connection waited 5 s");
    }

    [Fact]
    public async Task A_socket_that_is_gone_is_noticed()
    {
        held.Close();
        (await gate.ProbeAsync(CancellationToken.None).WaitAsync(Deadline)).ShouldNotBeNull().ShouldContain("does not accept connections: Connection refused");
    }

    [Fact]
    public async Task The_watchdog_falls_silent_and_says_which()
    {
        held.Close();
        using var systemd = NotifyListener.AtPath();
        var log = new CollectedLog<Watchdog>();
        using var watchdog = Watchdog.Start(
            TimeSpan.FromSeconds(10), new(systemd.Variable, time, NullLogger<SdNotify>.Instance), gate.ProbeAsync, time, log);
        time.Advance(TimeSpan.Zero);
        (await log.NextAsync().WaitAsync(Deadline)).ShouldStartWith($"The daemon is not healthy, and systemd restarts it unless that changes: the listener on {listener.EndPoint} does not accept");
        systemd.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task A_closed_gate_accepts_nothing_and_leaves_who_waits_to_the_next_process()
    {
        var accepting = listener.AcceptAsync().AsTask();
        gate.Close();
        (await accepting.WaitAsync(Deadline)).ShouldBeNull();
        using var client = await ConnectAsync();
        (await listener.AcceptAsync().AsTask().WaitAsync(Deadline)).ShouldBeNull();
        (await gate.ProbeAsync(CancellationToken.None).WaitAsync(Deadline)).ShouldBeNull("a closed gate is no fault");

        using var next = new AcceptGate(new(IPAddress.Any, 0), [held], Limits(new(TimeProvider.System)), TimeProvider.System, NullLoggerFactory.Instance);
        await using var taking = await next.BindAsync(next.Addresses[0]);
        await using var accepted = await taking.AcceptAsync().AsTask().WaitAsync(Deadline);
        accepted!.RemoteEndPoint.ShouldBe(client.LocalEndPoint);
    }

    [Fact]
    public async Task An_own_socket_hands_out_who_waits_before_it_is_closed()
    {
        using var own = new AcceptGate(new(IPAddress.Loopback, 0), [], Limits(new(time)), time, NullLoggerFactory.Instance);
        var ownListener = await own.BindAsync(own.Addresses[0]);
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)ownListener.EndPoint);
        own.Close();
        await using var accepted = await ownListener.AcceptAsync().AsTask().WaitAsync(Deadline);
        accepted.ShouldNotBeNull();
        (await ownListener.AcceptAsync().AsTask().WaitAsync(Deadline)).ShouldBeNull();
        using var late = new TcpClient();
        (await Should.ThrowAsync<SocketException>(() => late.ConnectAsync((IPEndPoint)ownListener.EndPoint))).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    [Fact]
    public async Task Who_says_nothing_makes_room_for_the_next_when_as_many_as_may_have_not_finished_their_handshakes()
    {
        using var few = new AcceptGate(new(IPAddress.Any, 0), [held], Limits(new(() => 256, () => 224, time)), time, NullLoggerFactory.Instance);
        var accepts = await few.BindAsync(few.Addresses[0]);
        var clients = new List<Socket>();
        var accepted = new List<ConnectionContext>();
        for (var i = 0; i < 4; i++)
        {
            clients.Add(await ConnectAsync());
            accepted.Add((await accepts.AcceptAsync().AsTask().WaitAsync(Deadline))!);
        }

        OpenConnections.NoticeGreeting(accepted[1]);
        clients.Add(await ConnectAsync());
        var next = accepts.AcceptAsync().AsTask();
        next.IsCompleted.ShouldBeFalse();
        (await few.ProbeAsync(CancellationToken.None).WaitAsync(Deadline)).ShouldBeNull("a loop that waits for handshakes is at work");
        while (few.Handshakes.EndedForRoom == 0)
        {
            time.Advance(TimeSpan.FromMilliseconds(300));
            await Task.Yield();
        }

        few.Handshakes.EndedForRoom.ShouldBe(3, "not the one that has begun its handshake");
        foreach (var silent in new[] { clients[0], clients[2], clients[3] })
        {
            (await Should.ThrowAsync<SocketException>(() => Received(silent))).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        }

        accepted.ForEach(a => a.Abort());
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task A_connection_that_there_is_no_descriptor_for_is_reset_and_said_once()
    {
        var log = new RecordingLogger<AcceptRefusals>();
        using var none = new AcceptGate(new(IPAddress.Any, 0), [held], Limits(new(() => 256, () => 256, time)), time, new OneLogger(log));
        var accepting = (await none.BindAsync(none.Addresses[0])).AcceptAsync().AsTask();
        for (var i = 0; i < 3; i++)
        {
            (await Should.ThrowAsync<SocketException>(async () =>
            {
                // The reset may be there before the connection is known to stand.
                using var client = await ConnectAsync();
                await Received(client);
            })).SocketErrorCode.ShouldBeOneOf(SocketError.ConnectionReset, SocketError.NotConnected);
        }

        log.Lines.ShouldHaveSingleItem().ShouldStartWith($"Connections to {listener.EndPoint} are refused: 0 clients are connected");
        none.Refusals.Count.ShouldBe(3);
        accepting.IsCompleted.ShouldBeFalse();
    }

    private PersonLimits Limits(DescriptorBudget descriptors) => new(LimitOptions.Default, descriptors, time);

    private static async Task<int> Received(Socket socket) => await socket.ReceiveAsync(new byte[1]).WaitAsync(Deadline);

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.EndPoint);
        return client;
    }

    /// <summary>The kernel says when the probe's connection waits to be accepted.</summary>
    private async Task UntilWaitingAsync()
    {
        using var limit = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!held.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private sealed class OneLogger(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
