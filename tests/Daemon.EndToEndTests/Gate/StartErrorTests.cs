using System.Net;
using System.Net.Sockets;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>A daemon that cannot start says why in one line, and which setting to look at.</summary>
public sealed class StartErrorTests : IDisposable
{
    private readonly GateFolder folder = new();

    public static TheoryData<string, string, string, string> Cases() => new()
    {
        { "no server certificate", "server.crt", "garbage\n", "error: FOLDER/server.crt and FOLDER/server.key do not load as a PEM certificate and its key: " },
        { "a key of another certificate", "server.key", OtherKey(), "error: FOLDER/server.crt and FOLDER/server.key do not load as a PEM certificate and its key: " },
        { "no authority", "client-ca.pem", "", "error: FOLDER/client-ca.pem holds no self-signed CA certificate; it must hold the root of the client certificates, PEM" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_bad_file_is_named(string name, string file, string content, string error)
    {
        name.ShouldNotBeEmpty();
        folder.Write(file, content);
        await ShouldEndAsync(1, error);
    }

    [Theory]
    [InlineData("server.crt", "kubernetes_service.https_keypairs[0].cert_file: the file FOLDER/server.crt does not exist; put it there or correct the path")]
    [InlineData("client-ca.pem", "kubernetes_service.client_ca_file: the file FOLDER/client-ca.pem does not exist; put it there or correct the path")]
    public async Task A_missing_file_is_named_with_the_setting(string file, string error)
    {
        File.Delete(Path.Combine(folder.Path, file));
        await ShouldEndAsync(2, error);
    }

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, folder.Port);
        listener.Start();
        folder.Push("Start");
        await ShouldEndAsync(1, $"error: kubernetes_service.listen_addr 127.0.0.1:{folder.Port} cannot be listened on: ");
    }

    [Fact]
    public async Task An_address_of_another_host_is_named()
    {
        Change($"127.0.0.1:{folder.Port}", "192.0.2.1:3026");
        folder.Push("Start");
        await ShouldEndAsync(1, "error: kubernetes_service.listen_addr 192.0.2.1:3026 cannot be listened on: ");
    }

    [Fact]
    public async Task A_data_dir_that_cannot_be_made_is_named()
    {
        Change($"{folder.Path}/data", "/proc/nothing");
        await ShouldEndAsync(1, "error: teleport.data_dir /proc/nothing cannot be made: ");
    }

    [Fact]
    public async Task Without_any_state_an_absent_repository_ends_the_start()
    {
        Directory.Delete(folder.Repository, recursive: true);
        await ShouldEndAsync(1, "error: there is no state to serve yet, and the first pass failed: there is no directory FOLDER/clusters.git");
    }

    [Fact]
    public async Task A_second_daemon_on_the_same_data_is_refused()
    {
        folder.PutAlice();
        folder.Push("Start");
        await using var first = await GateProcess.StartAsync(folder);
        await ShouldEndAsync(1, "error: FOLDER/data/state.db is in use by another tidegate");
    }

    public void Dispose() => folder.Dispose();

    private static string OtherKey()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private void Change(string before, string after) =>
        File.WriteAllText(folder.ConfigPath, File.ReadAllText(folder.ConfigPath).Replace(before, after, StringComparison.Ordinal));

    private async Task ShouldEndAsync(int code, string error)
    {
        var (exitCode, _, text) = await GateProcess.RunAsync("start", "--config", folder.ConfigPath);
        text.ShouldContain(error.Replace("FOLDER", folder.Path, StringComparison.Ordinal));
        text.ShouldNotContain("   at ");
        exitCode.ShouldBe(code);
    }
}
