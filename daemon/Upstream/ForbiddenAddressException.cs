namespace Tidegate.Upstream;

/// <summary>A cluster of the repository, or the proxy before it, is where none may be.</summary>
/// <param name="host">As the kubeconfig has it.</param>
/// <param name="reason">The end of a sentence about it.</param>
internal sealed class ForbiddenAddressException(string host, string reason) : IOException($"{host} leads to {reason}")
{
    /// <summary>The end of a sentence about the address, without the address.</summary>
    public string Reason { get; } = reason;
}
