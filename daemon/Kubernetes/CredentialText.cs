namespace Tidegate.Kubernetes;

/// <summary>
/// Which characters the texts of a kubeconfig may have that end in a header, a TLS handshake or an address. What could not be sent is said where it is written,
/// and not at each request. No message holds the text: it may be a secret.
/// </summary>
internal static class CredentialText
{
    /// <summary>Null, or why a text is no bearer token (RFC 6750 has fewer characters yet, and clusters take more).</summary>
    public static string? TokenError(string token) =>
        token.Length == 0
            ? "the token is empty: a slow cluster may not have issued it when the kubeconfig was made, make it again"
            : Redacted.Error(token) ?? (Odd(token, '!') is { } odd ? $"the token holds {Name(odd)}, which cannot be sent in a header: copy it again without" : null);

    /// <summary>Null, or why a text is no user name for basic authentication (RFC 7617).</summary>
    public static string? UsernameError(string name) =>
        Control(name) is { } control ? $"the user name holds {Name(control)}, which cannot be sent: write it again without"
        : name.Contains(':', StringComparison.Ordinal) ? "the user name holds a colon, which would end it: with basic authentication it can have none"
        : null;

    /// <summary>Null, or why a text is no password for basic authentication.</summary>
    public static string? PasswordError(string password) =>
        Redacted.Error(password) ?? (Control(password) is { } control ? $"the password holds {Name(control)}, which cannot be sent: copy it again without" : null);

    /// <summary>Null, or why a text is no address. What .NET would mend in silence (spaces around it, backslashes, other alphabets) is not taken.</summary>
    public static string? AddressError(string address) => Odd(address, '!') switch
    {
        { } odd => $"the address holds {Name(odd)}: write it in ASCII without spaces (a host of another alphabet as xn--…)",
        null when address.Contains('\\', StringComparison.Ordinal) => "the address holds a backslash: write slashes",
        _ => null,
    };

    /// <summary>Null, or why a text is no name to expect in a certificate: it is also sent as <c>Host</c>.</summary>
    public static string? ServerNameError(string name) =>
        Odd(name, '!') is { } odd ? $"the name holds {Name(odd)}: write a DNS name, such as kubernetes.default.svc"
        : Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4 ? null
        : "this must be a DNS name, such as kubernetes.default.svc, or an IPv4 address, without a port";

    private static char? Odd(string text, char first) => text.AsSpan().IndexOfAnyExceptInRange(first, '~') is var at and >= 0 ? text[at] : null;

    private static char? Control(string text) => text.Any(char.IsControl) ? text.First(char.IsControl) : null;

    private static string Name(char c) => c switch
    {
        ' ' => "a space",
        '\r' or '\n' => "a line break",
        _ => $"the character U+{(int)c:X4}",
    };
}
