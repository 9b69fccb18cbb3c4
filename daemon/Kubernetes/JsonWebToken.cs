using System.Buffers.Text;
using System.Text.Json;

namespace Tidegate.Kubernetes;

/// <summary>
/// When a bearer token is good, as far as it says so itself. The signature is the cluster's to check; nothing is decided by what stands here, people are only
/// told. Source: RFC 7519 (<c>exp</c>, <c>nbf</c>: seconds since 1970, fractions allowed).
/// </summary>
internal static class JsonWebToken
{
    private static readonly double LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Both null for a token that does not say, because it is no JWT, is damaged, or never ends, as a service account's secret.</summary>
    public static (DateTimeOffset? From, DateTimeOffset? Until) Validity(string token)
    {
        if (token.Split('.') is not [{ Length: > 0 }, { Length: > 0 } payload, _] || !Base64Url.IsValid(payload))
        {
            return default;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement.ValueKind == JsonValueKind.Object ? (Time(claims.RootElement, "nbf"), Time(claims.RootElement, "exp")) : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A text that is no UTF-8 is an InvalidOperationException when its value is compared.
            return default;
        }
    }

    /// <summary>A time that no calendar holds is none in the future, and 1970 in the past.</summary>
    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds >= LastSecond
            ? null
            : DateTimeOffset.FromUnixTimeMilliseconds((long)(Math.Max(seconds, 0) * 1000));
}
