using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Commands;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Pods;
using Tidegate.Simulation.Rest;

namespace Tidegate.Simulation.Streams;

/// <summary>Exec and attach.</summary>
internal sealed class RemoteCommandEndpoint(TimeSpan chatter, TimeProvider time)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private int open;

    /// <summary>Sessions being served now.</summary>
    public int Open => Volatile.Read(ref open);

    /// <param name="closing">Ends the session when cancelled.</param>
    public async Task AnswerAsync(HttpContext context, ApiRequest request, JsonObject item, PodRuntime pod, CancellationToken closing)
    {
        RemoteCommandOptions options = RemoteCommandOptions.Parse(context.Request.Query);
        RequireContainer(item, options.Container);
        if (request.Subresource == "exec" && options.Command.Count == 0)
        {
            throw ApiException.BadRequest("you must specify a command");
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing);
        RemoteSession session = Upgrade.IsWebSocket(context) ? await WebSocketSession.AcceptAsync(context, options, end.Token)
            : Upgrade.IsSpdy(context) ? await SpdySession.AcceptAsync(context, options, end.Token)
            : throw Upgrade.Required();
        Interlocked.Increment(ref open);
        await using (session)
        {
            try
            {
                await ServeAsync(session, request, item, pod, options, end);
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

    private async Task ServeAsync(RemoteSession session, ApiRequest request, JsonObject item, PodRuntime pod, RemoteCommandOptions options, CancellationTokenSource end)
    {
        CommandIo io = options.Terminal ? session.Io.WithTerminal(() => session.Size) : session.Io;
        Task<int> running = request.Subresource == "exec" ? new PodShell(pod).RunAsync(options.Command, io, end.Token)
            : IsEphemeral(item, options.Container) ? new PodShell(pod).RunAsync(["sh"], io, end.Token)
            : AttachAsync(pod, options, io, end.Token);
        if (await Task.WhenAny(running, session.Gone) == session.Gone)
        {
            await end.CancelAsync();
        }

        int code = await running;
        await session.FinishAsync(code, end.Token);
        await Task.WhenAny(session.Gone, Task.Delay(Farewell, time, end.Token));
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
