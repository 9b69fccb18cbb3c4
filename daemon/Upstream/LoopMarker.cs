using System.Security.Cryptography;

namespace Tidegate.Upstream;

/// <summary>
/// Marks every request that this gate sends, so that one which comes back is known, by whatever way it came: another gate, another address, a proxy. The header
/// is that of RFC 8586, which every hop passes on. Nobody can guess the marker, and a client that learned it and sends it stops its own request only.
/// </summary>
internal sealed class LoopMarker
{
    public const string HeaderName = "CDN-Loop";

    private const string Program = "tidegate-";

    private readonly string text = Program + RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Adds the marker to those that the request has.</summary>
    public void Set(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation(HeaderName, text);

    /// <summary>Whether a request with these values of the header was sent by this gate.</summary>
    public bool IsIn(IEnumerable<string?> values)
    {
        foreach (var value in values)
        {
            if (value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }
}
