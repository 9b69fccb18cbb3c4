namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>The transports that an operation can take.</summary>
internal enum Travels
{
    Plain,
    AsCommand,
    AsPortForward,
}

/// <summary>One thing that people do with kubectl or helm, with its own check of the result.</summary>
internal sealed record KubectlOperation(string Name, Travels Travels, Func<KubectlSession, Task> RunAsync)
{
    /// <summary>The first Kubernetes minor version whose kubectl has it.</summary>
    public int Since { get; init; }

    public IEnumerable<Transport> TransportsOf(KubectlBuild build)
    {
        if (Travels == Travels.Plain)
        {
            yield return Transport.Http;
            yield break;
        }

        yield return Transport.Spdy;
        if (Travels == Travels.AsCommand ? build.HasWebSocketCommands : build.HasWebSocketPortForward)
        {
            yield return Transport.WebSocket;
        }
    }
}
