namespace Tidegate.Kubernetes;

/// <summary>What a kubeconfig may ask of the gate's host; decided by where it comes from.</summary>
/// <param name="BaseDirectory">Relative paths start here; null: no path may be read at all.</param>
/// <param name="AllowInsecureSkipTlsVerify">The operator accepts clusters whose certificate nobody checks.</param>
internal sealed record KubeconfigPolicy(string? BaseDirectory, bool AllowInsecureSkipTlsVerify)
{
    public bool IsFromGit => BaseDirectory is null;
}
