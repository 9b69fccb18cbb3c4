using System.Net;
using System.Runtime.InteropServices;

namespace Tidegate.Simulation;

/// <summary>The executable: <c>--listen 127.0.0.1:0 --kubeconfig-out FILE [--admin-kubeconfig-out FILE] [--name X] [--with teams] [--with metrics]</c>.</summary>
internal static class CommandLine
{
    private const string Usage = "usage: SimulatedCluster [--listen ADDRESS:PORT] [--kubeconfig-out FILE] [--admin-kubeconfig-out FILE] [--name NAME] [--with teams|metrics]...";

    public static async Task<int> RunAsync(string[] args)
    {
        SimulatedClusterOptions options = new() { LogChatter = TimeSpan.FromSeconds(1) };
        string? kubeconfig = null;
        string? adminKubeconfig = null;
        for (int i = 0; i < args.Length; i += 2)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--listen" when IPEndPoint.TryParse(value ?? "", out IPEndPoint? endpoint):
                    options = options with { Listen = endpoint };
                    break;
                case "--name" when value is { Length: > 0 }:
                    options = options with { Name = value };
                    break;
                case "--with" when value is "teams":
                    options = options with { Teams = true };
                    break;
                case "--with" when value is "metrics":
                    options = options with { Metrics = true };
                    break;
                case "--kubeconfig-out" when value is { Length: > 0 }:
                    kubeconfig = value;
                    break;
                case "--admin-kubeconfig-out" when value is { Length: > 0 }:
                    adminKubeconfig = value;
                    break;
                default:
                    await Console.Error.WriteLineAsync($"SimulatedCluster: cannot use \"{args[i]}{(value is null ? "" : " " + value)}\"\n{Usage}");
                    return 2;
            }
        }

        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using SimulatedCluster cluster = await SimulatedCluster.StartAsync(options, CancellationToken.None);
        WriteSecret(kubeconfig, cluster.GateKubeconfig());
        WriteSecret(adminKubeconfig, cluster.TokenKubeconfig(cluster.AdminToken));
        Console.WriteLine(cluster.Url);
        await stop.Task;
        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    private static void WriteSecret(string? path, string content)
    {
        if (path is null)
        {
            return;
        }

        FileStreamOptions create = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using StreamWriter writer = new(path, create);
        writer.Write(content);
    }
}
