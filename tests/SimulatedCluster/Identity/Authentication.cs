using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Pki;

namespace Tidegate.Simulation.Identity;

/// <summary>Bearer tokens and client certificates; without either the caller is anonymous, with a bad one the answer is 401.</summary>
internal sealed class Authentication(ClusterAuthority authority)
{
    private const string WebSocketBearer = "base64url.bearer.authorization.k8s.io.";

    private readonly ConcurrentDictionary<string, Caller> tokens = new(StringComparer.Ordinal);

    public void Accept(string token, Caller caller) => tokens[token] = caller;

    public void Revoke(string token) => tokens.TryRemove(token, out _);

    /// <exception cref="ApiException">401 for a credential that is present and wrong.</exception>
    public Caller Authenticate(HttpContext context)
    {
        if (BearerToken(context.Request) is { } token)
        {
            return tokens.TryGetValue(token, out Caller? known) ? Authenticated(known) : throw Unauthorized();
        }

        if (context.Connection.ClientCertificate is { } certificate)
        {
            return authority.Trusts(certificate) ? Authenticated(FromSubject(certificate)) : throw Unauthorized();
        }

        return Caller.Anonymous;
    }

    private static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    private static string? BearerToken(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header["Bearer ".Length..].Trim();
        }

        string? protocol = request.Headers.SecWebSocketProtocol
            .SelectMany(line => (line ?? "").Split(','))
            .Select(p => p.Trim())
            .FirstOrDefault(p => p.StartsWith(WebSocketBearer, StringComparison.Ordinal));
        return protocol is null ? null : Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(protocol.AsSpan(WebSocketBearer.Length)));
    }

    private static Caller Authenticated(Caller caller) =>
        caller.Groups.Contains("system:authenticated") ? caller : caller with { Groups = [.. caller.Groups, "system:authenticated"] };

    private static Caller FromSubject(X509Certificate2 certificate)
    {
        string user = "";
        List<string> groups = [];
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            string value = part.GetSingleElementValue() ?? "";
            switch (part.GetSingleElementType().Value)
            {
                case "2.5.4.3":
                    user = value;
                    break;
                case "2.5.4.10":
                    groups.Add(value);
                    break;
                default:
                    break;
            }
        }

        return new Caller(user, groups);
    }
}
