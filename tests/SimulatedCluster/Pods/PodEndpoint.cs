using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Requests;
using Tidegate.Simulation.Streams;

namespace Tidegate.Simulation.Pods;

/// <summary>The subresources of pods that stream.</summary>
/// <param name="chatter">How often a followed log gets a line of its own accord; zero: never.</param>
internal sealed class PodEndpoint(ObjectStore store, PodRuntimes runtimes, TimeSpan chatter, TimeProvider time)
{
    public LogEndpoint Logs { get; } = new(time);

    public RemoteCommandEndpoint RemoteCommands { get; } = new(store, chatter, time);

    public PortForwardEndpoint PortForwards { get; } = new(time);

    public Task LogAsync(HttpContext context, ApiRequest request, CancellationToken closing) =>
        Logs.AnswerAsync(context, runtimes.Of(Pod(request)).Log, chatter, closing);

    public Task RemoteCommandAsync(HttpContext context, ApiRequest request, CancellationToken closing)
    {
        JsonObject pod = Pod(request);
        return RemoteCommands.AnswerAsync(context, request, pod, runtimes.Of(pod), closing);
    }

    public Task PortForwardAsync(HttpContext context, ApiRequest request, CancellationToken closing) =>
        PortForwards.AnswerAsync(context, runtimes.Of(Pod(request)), closing);

    private JsonObject Pod(ApiRequest request) => store.Get(ResourceTypes.Pods, request.Namespace, request.Name);
}
