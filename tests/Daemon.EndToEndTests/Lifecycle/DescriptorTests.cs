using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tidegate.EndToEndTests.Gate;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Lifecycle;

/// <summary>The program with few file descriptors: it refuses what it has none for, says so once, and lives.</summary>
public sealed class DescriptorTests : IAsyncLifetime
{
    private const string Pods = "/clusters/one/api/v1/namespaces/default/pods";

    private readonly GateFolder folder = new();
    private readonly List<IDisposable> open = [];
    private SimulatedCluster cluster = null!;

    public async Task InitializeAsync() => cluster = await folder.PushClusterAsync();

    public async Task DisposeAsync()
    {
        open.ForEach(o => o.Dispose());
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Connections_that_say_nothing_keep_nobody_out()
    {
        await using var gate = await GateProcess.StartAsync(folder, 1024);
        gate.Output.ShouldContain("The limit of open files is 1024: no more than ");
        for (var i = 0; i < 1500; i++)
        {
            await ConnectAsync();
        }

        await ShouldServeAsync("CN=alice");
        (await gate.StatusAsync()).State.ShouldBe("ready");
    }

    [Fact]
    public async Task Handshakes_that_stop_halfway_keep_nobody_out_for_longer_than_their_time()
    {
        await using var gate = await GateProcess.StartAsync(folder, 1024);
        byte[] beginOfHello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01];
        for (var i = 0; i < 1200; i++)
        {
            var socket = await ConnectAsync();
            await socket.SendAsync(beginOfHello);
        }

        await ShouldServeAsync("CN=alice");
    }

    [Theory]
    [InlineData(256)]
    [InlineData(512)]
    public async Task Watches_that_there_are_no_descriptors_for_are_refused(int openFiles)
    {
        await using var gate = await GateProcess.StartAsync(folder, openFiles);
        var (served, refused) = (0, 0);
        for (var i = 0; i < 300; i++)
        {
            var http = folder.Client("CN=alice");
            open.Add(http);
            try
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
                var answer = await http.GetAsync(new Uri($"{Pods}?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, limit.Token);
                open.Add(answer);
                answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
                _ = answer.IsSuccessStatusCode ? served++ : refused++;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                refused++;
            }

            if (refused == 5)
            {
                break;
            }
        }

        served.ShouldBeGreaterThan(0);
        refused.ShouldBe(5, gate.Output);
        open.ForEach(o => o.Dispose());
        await ShouldServeAsync("CN=alice");
        gate.Output.Split("are refused: ").Length.ShouldBeLessThanOrEqualTo(2, "it is said once");
    }

    [Fact]
    public async Task Watches_over_one_connection_get_half_of_the_descriptors_and_then_a_status()
    {
        await using var gate = await GateProcess.StartAsync(folder, 512);
        var http = folder.Client("CN=alice");
        http.DefaultRequestVersion = HttpVersion.Version20;
        open.Add(http);
        for (var i = 0; i < 240; i++)
        {
            var answer = await http.GetAsync(new Uri($"{Pods}?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            open.Add(answer);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                i.ShouldBeGreaterThan(0);
                var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
                ((string?)status["message"]).ShouldNotBeNull().ShouldStartWith("user \"alice\" has watches, logs, execs and port-forwards open, as much as one person may: ");
                (await gate.StatusAsync()).State.ShouldBe("ready");
                return;
            }

            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        throw new InvalidOperationException("nothing was refused");
    }

    [Fact]
    public async Task Many_clusters_do_not_use_the_descriptors_up()
    {
        foreach (var i in Enumerable.Range(0, 400))
        {
            folder.PutCluster($"many-{i}", cluster.GateKubeconfig(), "{env: dev}");
        }

        folder.Push("Many");
        await using var gate = await GateProcess.StartAsync(folder, 512);
        var http = folder.Client("CN=alice");
        open.Add(http);
        for (var i = 0; i < 400; i++)
        {
            using var answer = await http.GetAsync(new Uri($"/clusters/many-{i}/version", UriKind.Relative));
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
        }

        await ShouldServeAsync("CN=alice");
    }

    [Fact]
    public async Task A_kernel_that_gives_no_connection_is_reported_once_and_when_it_does_again()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        await ShouldServeAsync("CN=alice");
        await LimitAsync(gate, "64");
        for (var i = 0; i < 20; i++)
        {
            await ConnectAsync();
        }

        await gate.UntilAsync(() => Task.FromResult(gate.Output.Contains("cannot be accepted", StringComparison.Ordinal)));
        using (var timer = new PeriodicTimer(TimeSpan.FromSeconds(1)))
        {
            var before = await ProcessorTimeAsync(gate);
            await timer.WaitForNextTickAsync();
            await timer.WaitForNextTickAsync();
            (await ProcessorTimeAsync(gate) - before).ShouldBeLessThan(TimeSpan.FromSeconds(1));
        }

        await LimitAsync(gate, "4096");
        await ShouldServeAsync("CN=alice");
        gate.Output.Split("cannot be accepted").Length.ShouldBe(2, gate.Output);
    }

    private static async Task LimitAsync(GateProcess gate, string soft)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", gate.Id.ToString(CultureInfo.InvariantCulture), $"--nofile={soft}:"]);
        await prlimit.WaitForExitAsync();
        prlimit.ExitCode.ShouldBe(0);
    }

    /// <summary>User and system time, from proc_pid_stat(5).</summary>
    private static async Task<TimeSpan> ProcessorTimeAsync(GateProcess gate)
    {
        var stat = await File.ReadAllTextAsync($"/proc/{gate.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        open.Add(socket);
        await socket.ConnectAsync(IPAddress.Loopback, folder.Port);
        return socket;
    }

    /// <summary>Tries again while it is refused, as any client does.</summary>
    private async Task ShouldServeAsync(string subject)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                using var http = folder.Client(subject);
                using var answer = await http.GetAsync(new Uri(Pods, UriKind.Relative), limit.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                // Refused.
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
