namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>One real kubectl and the helm that came with it.</summary>
/// <param name="Minor">Kubernetes' minor version: 24, 29, 32 or 35.</param>
internal sealed record KubectlBuild(int Minor, string Kubectl, string Helm)
{
    public bool HasAuthWhoami => Minor >= 27;

    /// <summary>Exec, attach and cp over WebSocket: behind an environment variable from 1.29, by default from 1.31.</summary>
    public bool HasWebSocketCommands => Minor >= 29;

    /// <summary>Port-forward tunnelled in a WebSocket: behind an environment variable from 1.30, by default from 1.31.</summary>
    public bool HasWebSocketPortForward => Minor >= 30;
}
