using System.Diagnostics;
using System.Text;
using Tidegate.Api;
using Tidegate.Cli;
using Tidegate.EndToEndTests.Lifecycle;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>The program itself, as a process: the daemon, or one command.</summary>
internal sealed class GateProcess : IAsyncDisposable
{
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "tidegate");

    // What is waited for comes within a second or two; on a machine with a hundred busy programs, within minutes.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly Process process;
    private readonly StringBuilder output;

    private GateProcess(Process process, StringBuilder output, AdminClient admin)
    {
        this.process = process;
        this.output = output;
        Admin = admin;
    }

    public AdminClient Admin { get; }

    public int Id => process.Id;

    /// <summary>What the daemon has logged so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Starts the daemon and waits until it answers.</summary>
    public static async Task<GateProcess> StartAsync(GateFolder folder, params (string Name, string Value)[] environment)
    {
        return await StartAsync(folder, [Program, "start", "--config", folder.ConfigPath], environment);
    }

    /// <summary>Starts the daemon with a socket that it does not own, and waits until it answers.</summary>
    public static Task<GateProcess> StartAsync(GateFolder folder, HeldSocket socket, params (string Name, string Value)[] environment) =>
        StartAsync(folder, socket.Command(Program, "start", "--config", folder.ConfigPath), environment);

    /// <summary>Starts the daemon as a service of a journal, and waits until it answers.</summary>
    public static Task<GateProcess> StartAsync(GateFolder folder, Journald.RealJournal journal, params (string Name, string Value)[] environment) =>
        StartAsync(folder, journal.Command(Program, "start", "--config", folder.ConfigPath), environment);

    /// <summary>Starts the daemon with a limit of open files, and waits until it answers.</summary>
    public static Task<GateProcess> StartAsync(GateFolder folder, int openFiles) =>
        StartAsync(folder, ["prlimit", $"--nofile={openFiles}:{openFiles}", Program, "start", "--config", folder.ConfigPath], []);

    /// <summary>Starts the daemon and waits for nothing.</summary>
    public static GateProcess Launch(GateFolder folder)
    {
        var (process, output) = Launch([Program, "start", "--config", folder.ConfigPath], []);
        return new(process, output, new(folder.SocketPath));
    }

    private static async Task<GateProcess> StartAsync(GateFolder folder, string[] command, (string Name, string Value)[] environment)
    {
        var (process, output) = Launch(command, environment);
        var gate = new GateProcess(process, output, new(folder.SocketPath));
        using var limit = new CancellationTokenSource(Deadline);
        await gate.UntilAsync(async () =>
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"the daemon ended with {process.ExitCode}:\n{gate.Output}");
            }

            await gate.Admin.GetAsync("v1/status", ApiJson.Default.StatusView, limit.Token);
            return true;
        });
        return gate;
    }

    /// <summary>Runs one command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Deadline);
        var start = StartOf([Program, .. arguments]);
        start.Environment.Remove("TIDEGATE_CONFIG");
        start.Environment.Remove("KUBECONFIG");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    public Task<StatusView> StatusAsync() => Admin.GetAsync("v1/status", ApiJson.Default.StatusView, CancellationToken.None);

    public async Task<IReadOnlyList<KubeClusterItem>> ClustersAsync() =>
        (await Admin.GetAsync("v1/kube_clusters", ApiJson.Default.KubeClusterList, CancellationToken.None)).Items;

    public async Task<PassView> SyncAsync() => await Admin.PostAsync("v1/sync", null, ApiJson.Default.PassView, CancellationToken.None);

    /// <summary>Asks again and again until the answer is yes; an answer that cannot be had is a no. Fails after five minutes.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        try
        {
            do
            {
                try
                {
                    if (await holds())
                    {
                        return;
                    }
                }
                catch (CommandException)
                {
                    // Not there yet.
                }
            }
            while (await timer.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"what was waited for did not come; the daemon's log:\n{Output}");
        }
    }

    /// <summary>As a power cut would.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    /// <summary>Sends a signal, by its name without SIG.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end; returns the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    /// <summary>With every signal at its default, whatever the test run inherited: one under nohup ignores SIGHUP, and so would what it starts.</summary>
    private static ProcessStartInfo StartOf(string[] command) =>
        new("env", ["--default-signal", .. command]) { RedirectStandardOutput = true, RedirectStandardError = true };

    private static (Process Process, StringBuilder Output) Launch(string[] command, (string Name, string Value)[] environment)
    {
        var start = StartOf(command);
        start.Environment.Remove("NOTIFY_SOCKET");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var output = new StringBuilder();
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return (process, output);

        void Collect(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }
    }
}
