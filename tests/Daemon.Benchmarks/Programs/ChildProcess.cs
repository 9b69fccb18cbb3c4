using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tidegate.Benchmarks.Programs;

/// <summary>A program under test, in a process of its own. Its output is kept for the message when it does not come up.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process process;
    private readonly Queue<string> lastLines = new();

    private ChildProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public static ChildProcess Start(string file, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        // Settings of this shell are no settings of a host.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("DOTNET_", StringComparison.Ordinal) && k != "DOTNET_ROOT").ToList())
        {
            start.Environment.Remove(name);
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child.process.OutputDataReceived += child.Keep;
        child.process.ErrorDataReceived += child.Keep;
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits until something accepts connections there.</summary>
    public async Task<ChildProcess> ListeningAsync(int port)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (process.HasExited || limit.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{process.StartInfo.FileName} does not listen:\n{string.Join('\n', lastLines)}");
            }

            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return this;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (lastLines)
        {
            lastLines.Enqueue(line.Data ?? "");
            if (lastLines.Count > 20)
            {
                lastLines.Dequeue();
            }
        }
    }
}
