using System.Net.WebSockets;
using System.Text;
using Tidegate.Simulation;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>Exec over a WebSocket by hand, for what kubectl does not show: channels, closes, the end of a session.</summary>
public sealed class RemoteCommandTests : IAsyncLifetime
{
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(120));
    private SimulatedCluster? cluster;

    private SimulatedCluster Cluster => cluster!;

    public async Task InitializeAsync() => cluster = await SimulatedCluster.StartAsync(new SimulatedClusterOptions(), limit.Token);

    [Fact]
    public async Task Version_5_closes_standard_input_in_band()
    {
        using ClientWebSocket socket = await ExecAsync("v5.channel.k8s.io", "cat");

        await SendAsync(socket, [0, .. "typed"u8]);
        await SendAsync(socket, [255, 0]);

        (await AllAsync(socket)).ShouldBe(["1:typed", "3:{\"metadata\":{},\"status\":\"Success\"}"]);
        socket.SubProtocol.ShouldBe("v5.channel.k8s.io");
    }

    [Fact]
    public async Task A_closing_cluster_kills_the_command_and_closes_the_socket()
    {
        using ClientWebSocket socket = await ExecAsync("v4.channel.k8s.io", "cat");
        await SendAsync(socket, [0, .. "x"u8]);
        (await NextAsync(socket)).ShouldBe("1:x");
        Cluster.OpenCommands.ShouldBe(1);

        Cluster.EndStreams();

        (await NextAsync(socket)).ShouldNotBeNull().ShouldContain("137");
        (await NextAsync(socket)).ShouldBeNull();
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task An_unknown_subprotocol_is_refused()
    {
        WebSocketException error = await Should.ThrowAsync<WebSocketException>(() => ExecAsync("v9.channel.k8s.io", "cat"));

        error.Message.ShouldContain("400");
    }

    public async Task DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        limit.Dispose();
    }

    private async Task<ClientWebSocket> ExecAsync(string protocol, string command)
    {
        ClientWebSocket socket = new();
        socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        socket.Options.SetRequestHeader("Authorization", $"Bearer {Cluster.AdminToken}");
        socket.Options.AddSubProtocol(protocol);
        string query = $"command={command}&stdin=true&stdout=true&stderr=true";
        await socket.ConnectAsync(new Uri($"{Cluster.Url.Replace("https", "wss", StringComparison.Ordinal)}/api/v1/namespaces/default/pods/web-0/exec?{query}"), limit.Token);
        return socket;
    }

    private Task SendAsync(ClientWebSocket socket, byte[] message) => socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, limit.Token);

    /// <summary>The next message as <c>channel:text</c>, or null for the close.</summary>
    private async Task<string?> NextAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, limit.Token);
        return result.MessageType == WebSocketMessageType.Close ? null : $"{buffer[0]}:{Encoding.UTF8.GetString(buffer, 1, result.Count - 1)}";
    }

    private async Task<List<string>> AllAsync(ClientWebSocket socket)
    {
        List<string> messages = [];
        while (await NextAsync(socket) is { } message)
        {
            messages.Add(message);
        }

        return messages;
    }
}
