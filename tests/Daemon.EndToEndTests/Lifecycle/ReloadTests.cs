using System.Diagnostics;
using System.Globalization;
using Tidegate.EndToEndTests.Gate;

namespace Tidegate.EndToEndTests.Lifecycle;

/// <summary>What <c>systemctl reload</c> runs says truly whether the new file is in force.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private readonly GateFolder folder = new();
    private GateProcess gate = null!;

    public async Task InitializeAsync()
    {
        folder.PutAlice();
        folder.Push("Start");
        Directory.CreateDirectory(RuntimeDirectory);
        gate = await GateProcess.StartAsync(folder, ("RUNTIME_DIRECTORY", RuntimeDirectory));
    }

    private string RuntimeDirectory => Path.Combine(folder.Path, "run");

    public async Task DisposeAsync()
    {
        await gate.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_good_file_is_taken_and_what_changed_is_named()
    {
        folder.Configure("interval: 1h", "interval: 2h");
        folder.Configure("nodename: gate-1", "nodename: gate-2");
        var (code, text, error) = await GateProcess.RunAsync("reload", "--config", folder.ConfigPath);
        error.ShouldBe("");
        text.ShouldBe($"{folder.ConfigPath} has been read again; changed:\n  gitops_service.repository.interval\n  teleport.nodename\nwarning: teleport.nodename takes effect with the next restart\n");
        code.ShouldBe(0);
        await gate.UntilAsync(() => Task.FromResult(gate.Output.Contains("The user with uid 0 asks for a reload", StringComparison.Ordinal)));
        (_, text, _) = await GateProcess.RunAsync("reload", "--config", folder.ConfigPath);
        text.ShouldBe($"{folder.ConfigPath} has been read again; no setting has changed\n");
    }

    [Fact]
    public async Task A_broken_file_is_refused_with_every_error_and_the_old_one_stays_in_force()
    {
        var good = await File.ReadAllTextAsync(folder.ConfigPath);
        folder.Configure("interval: 1h", "interval: soon");
        folder.Configure("nodename: gate-1", "node_name: gate-1");
        var (code, text, error) = await GateProcess.RunAsync("reload", "--config", folder.ConfigPath, "--socket", folder.SocketPath);
        code.ShouldBe(2);
        text.ShouldBe("");
        error.ShouldContain("gitops_service.repository.interval");
        error.ShouldContain("teleport.node_name");
        error.Trim().Split('\n').ShouldAllBe(l => l.StartsWith("error: ", StringComparison.Ordinal));
        error.ShouldEndWith("error: the configuration is not reloaded, the one in force stays\n");
        await File.WriteAllTextAsync(folder.ConfigPath, good);
        (code, text, _) = await GateProcess.RunAsync("reload", "--config", folder.ConfigPath);
        (code, text).ShouldBe((0, $"{folder.ConfigPath} has been read again; no setting has changed\n"));
    }

    [Fact]
    public async Task A_certificate_that_does_not_load_is_an_error_of_the_reload()
    {
        folder.Write("server.crt", "garbage\n");
        var (code, _, error) = await GateProcess.RunAsync("reload", "--config", folder.ConfigPath);
        code.ShouldBe(2);
        error.ShouldStartWith($"error: {folder.Path}/server.crt and {folder.Path}/server.key do not load");
        using var http = folder.Client("CN=alice");
        using var answer = await http.GetAsync(new Uri("/v1/kube_clusters", UriKind.Relative));
        answer.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Theory]
    [InlineData("server.key")]
    [InlineData("server.crt")]
    [InlineData("client-ca.pem")]
    public async Task A_file_that_everybody_may_write_is_refused_at_the_start_at_a_reload_and_by_check_in_the_same_words(string file)
    {
        var path = Path.Combine(folder.Path, file);
        Chmod(path, "0666");
        var complaint = $"{path} can be written by everybody (mode 0666), so that what is in it cannot be trusted; run: chmod o-w {path}";
        foreach (var command in new[] { "reload", "check", "start" })
        {
            var (code, _, error) = await GateProcess.RunAsync(command, "--config", folder.ConfigPath);
            code.ShouldBe(2, command);
            error.Split('\n').ShouldContain(l => l.StartsWith("error: ", StringComparison.Ordinal) && l.EndsWith(complaint, StringComparison.Ordinal), command);
        }

        // Without a reload, too: the certificates that are in use stay, and readyz says so until the mode is mended.
        await File.AppendAllTextAsync(path, "\n");
        await gate.UntilAsync(() => Task.FromResult(gate.Output.Contains($"Changed certificates do not load, the old ones stay in use: {complaint}", StringComparison.Ordinal)));
        Chmod(path, "0600");
        await gate.UntilAsync(() => Task.FromResult(gate.Output.Contains("Certificates reloaded", StringComparison.Ordinal)));
        gate.Output.Split("do not load").Length.ShouldBe(2, "it is said once");
        (await GateProcess.RunAsync("reload", "--config", folder.ConfigPath)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task What_others_may_change_or_read_is_warned_of_with_the_command_that_mends_it()
    {
        Chmod(folder.ConfigPath, "0666");
        Chmod(Path.Combine(folder.Path, "data"), "0777");
        Chmod(Path.Combine(folder.Path, "server.key"), "0644");
        Chmod(Path.Combine(folder.Path, "client-ca.pem"), "0660");
        var (code, _, error) = await GateProcess.RunAsync("check", "--config", folder.ConfigPath);
        code.ShouldBe(0);
        var warnings = error.Split('\n').Where(l => l.StartsWith("warning: ", StringComparison.Ordinal)).Select(l => l[l.IndexOf("run: ", StringComparison.Ordinal)..]);
        warnings.ShouldBe(
            [
                $"run: chmod o-w {folder.ConfigPath}", $"run: chmod o-w {folder.Path}/data", $"run: chmod o= {folder.Path}/server.key", $"run: chmod g-w {folder.Path}/client-ca.pem",
            ],
            ignoreOrder: true);
        (await GateProcess.RunAsync("reload", "--config", folder.ConfigPath)).ExitCode.ShouldBe(0);
        foreach (var warning in warnings)
        {
            gate.Output.ShouldContain(warning);
        }
    }

    private static void Chmod(string path, string mode) => File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));

    [Fact]
    public async Task The_socket_under_run_answers_too_and_only_owner_and_group_may_use_it()
    {
        var path = Path.Combine(RuntimeDirectory, "admin.sock");
        var (code, _, _) = await GateProcess.RunAsync("status", "--socket", path);
        code.ShouldBe(0);
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%a", path, folder.SocketPath]) { RedirectStandardOutput = true })!;
        (await stat.StandardOutput.ReadToEndAsync()).ShouldBe("660\n660\n");
        await stat.WaitForExitAsync();
        stat.ExitCode.ToString(CultureInfo.InvariantCulture).ShouldBe("0");
    }
}
