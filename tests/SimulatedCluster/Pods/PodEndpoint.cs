using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Rest;

namespace Tidegate.Simulation.Pods;

/// <summary>The subresources of pods that stream.</summary>
/// <param name="chatter">How often a followed log gets a line of its own accord; zero: never.</param>
internal sealed class PodEndpoint(ObjectStore store, PodRuntimes runtimes, LogEndpoint logs, TimeSpan chatter)
{
    public Task LogAsync(HttpContext context, ApiRequest request, CancellationToken closing) =>
        logs.AnswerAsync(context, Runtime(request).Log, chatter, closing);

    private PodRuntime Runtime(ApiRequest request) => runtimes.Of(store.Get(ResourceTypes.Pods, request.Namespace, request.Name));
}
