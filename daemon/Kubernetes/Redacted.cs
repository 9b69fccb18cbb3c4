namespace Tidegate.Kubernetes;

/// <summary>
/// Recognises what kubectl prints in place of a secret: <c>REDACTED</c>, <c>DATA+OMITTED</c> and <c>--- REDACTED ---</c> (client-go, <c>clientcmd/api</c>,
/// of different years). Somebody has then saved <c>kubectl config view</c> without <c>--raw</c>.
/// </summary>
internal static class Redacted
{
    /// <summary>Null, or that there is nothing but a mark where a value belongs, and how to get the value.</summary>
    public static string? Error(string text) =>
        string.Concat(text.Where(char.IsAsciiLetter)).ToUpperInvariant() is "REDACTED" or "DATAOMITTED" or "OMITTED" && !text.Any(char.IsAsciiDigit)
            ? "kubectl has left the value out here: make the kubeconfig with kubectl config view --raw --flatten --minify"
            : null;
}
