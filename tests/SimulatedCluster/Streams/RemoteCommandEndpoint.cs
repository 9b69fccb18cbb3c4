using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Commands;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Pods;
using Tidegate.Simulation.Requests;

namespace Tidegate.Simulation.Streams;

/// <summary>Exec and attach.</summary>
internal sealed class RemoteCommandEndpoint(ObjectStore store, TimeSpan chatter, TimeProvider time)
{
    /// <summary>The exit code of a process that SIGKILL ended.</summary>
    private const int Killed = 137;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private int open;

    /// <summary>Sessions being served now.</summary>
    public int Open => Volatile.Read(ref open);

    /// <param name="closing">Kills the command when cancelled, and ends the session with its exit code.</param>
    public async Task AnswerAsync(HttpContext context, ApiRequest request, JsonObject item, PodRuntime pod, CancellationToken closing)
    {
        RemoteCommandOptions options = RemoteCommandOptions.Parse(context.Request.Query);
        RequireContainer(item, options.Container);
        if (request.Subresource == "exec" && options.Command.Count == 0)
        {
            throw ApiException.BadRequest("you must specify a command");
        }

        RemoteSession session = Upgrade.IsWebSocket(context) ? await WebSocketSession.AcceptAsync(context, options, context.RequestAborted)
            : Upgrade.IsSpdy(context) ? await SpdySession.AcceptAsync(context, options, context.RequestAborted)
            : throw Upgrade.Required();
        Interlocked.Increment(ref open);
        await using (session)
        {
            try
            {
                CommandIo io = options.Terminal ? session.Io.WithTerminal(() => session.Size) : session.Io;
                await ServeAsync(session, end => RunAsync(request, item, pod, options, io, end), context.RequestAborted, closing);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or System.Net.WebSockets.WebSocketException)
            {
                // The client left or the cluster closes; the 101 is long sent and there is nobody to tell.
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        }
    }

    private async Task ServeAsync(RemoteSession session, Func<CancellationToken, Task<int>> command, CancellationToken aborted, CancellationToken closing)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(aborted, closing);
        Task<int> running = command(end.Token);
        Task closed = Task.Delay(Timeout.InfiniteTimeSpan, time, end.Token);
        if (await Task.WhenAny(running, session.Gone, closed) == session.Gone)
        {
            await end.CancelAsync();
        }

        int code;
        try
        {
            code = await running;
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested && !session.Gone.IsCompleted)
        {
            code = Killed;
        }

        await session.FinishAsync(code, aborted);
        await Task.WhenAny(session.Gone, Task.Delay(Farewell, time, aborted));
    }

    private Task<int> RunAsync(ApiRequest request, JsonObject item, PodRuntime pod, RemoteCommandOptions options, CommandIo io, CancellationToken end) =>
        request.Subresource == "exec" ? new PodShell(pod).RunAsync(options.Command, io, end)
        : Interactive(item, options.Container) is { } container ? RunMainAsync(item, container, pod, io, end)
        : AttachAsync(pod, options, io, end);

    /// <summary>Runs the command of a container that was made to be attached to; a pod that does not restart ends with it.</summary>
    private async Task<int> RunMainAsync(JsonObject item, JsonNode container, PodRuntime pod, CommandIo io, CancellationToken cancellationToken)
    {
        string[] command = [.. container.Items("command").Concat(container.Items("args")).Select(w => w.GetValue<string>())];
        int code = await new PodShell(pod).RunAsync(command.Length > 0 ? command : ["sh"], io, cancellationToken);
        if (item.Text("spec", "restartPolicy") != "Always" && !IsEphemeral(item, container.Text("name") ?? ""))
        {
            store.Update(ResourceTypes.Pods, item.Namespace(), item.Name(), live => PodDefaults.Ended(live, code, store.Timestamp));
        }

        return code;
    }

    /// <summary>The main process of every simulated pod: writes its log, and each line it reads.</summary>
    private async Task<int> AttachAsync(PodRuntime pod, RemoteCommandOptions options, CommandIo io, CancellationToken cancellationToken)
    {
        if (options.Input)
        {
            using StreamReader reader = new(io.Input, leaveOpen: true);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                pod.Log.Append(line);
                await io.Output.WriteAsync(Encoding.UTF8.GetBytes($"{pod.Name}: {line}\n"), cancellationToken);
            }

            return 0;
        }

        using ITimer? talker = chatter > TimeSpan.Zero ? time.CreateTimer(_ => pod.Log.Append("tick"), null, chatter, chatter) : null;
        long position = pod.Log.Count;
        while (true)
        {
            (List<(DateTimeOffset At, string Text)> lines, position, Task changed) = pod.Log.From(position);
            foreach ((_, string text) in lines)
            {
                await io.Output.WriteAsync(Encoding.UTF8.GetBytes(text + "\n"), cancellationToken);
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The container if it keeps its standard input open.</summary>
    private static JsonNode? Interactive(JsonObject item, string name) => item.Items("spec", "ephemeralContainers").Concat(item.Items("spec", "containers"))
        .FirstOrDefault(c => (name.Length == 0 || c.Text("name") == name) && c.At("stdin")?.GetValue<bool>() == true);

    private static bool IsEphemeral(JsonObject item, string container) => item.Items("spec", "ephemeralContainers").Any(c => c.Text("name") == container);

    private static void RequireContainer(JsonObject item, string container)
    {
        bool known = container.Length == 0
            || item.Items("spec", "containers").Any(c => c.Text("name") == container)
            || IsEphemeral(item, container);
        if (!known)
        {
            throw ApiException.BadRequest($"container {container} is not valid for pod {item.Name()}");
        }
    }
}
