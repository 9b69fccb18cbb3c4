using System.Text;

namespace Tidegate.Upstream;

/// <summary>
/// Adds headers to a request so that each value becomes a line of its own, and chooses the encoding of each: Latin-1, so that bytes pass
/// as they came.
/// </summary>
internal static class HeaderLines
{
    private static readonly HttpRequestOptionsKey<Dictionary<string, HeaderLineEncoding>> Repeated = new("tidegate.repeated-headers");

    /// <summary>Adds a header with any number of values. Headers that describe a body are left out when there is none.</summary>
    /// <exception cref="ArgumentException">A value holds a line break or another character that cannot be sent.</exception>
    public static void Add(HttpRequestMessage request, string name, IReadOnlyList<string?> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        var value = values[0];
        if (values.Count > 1)
        {
            value = HeaderLineEncoding.Join(values);
            if (!request.Options.TryGetValue(Repeated, out var repeated))
            {
                repeated = new(StringComparer.OrdinalIgnoreCase);
                request.Options.Set(Repeated, repeated);
            }

            repeated[name] = new HeaderLineEncoding(name);
        }

        if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content?.Headers.TryAddWithoutValidation(name, value) != true
            && request.Content is not null)
        {
            throw new ArgumentException($"The header {name} holds a value that cannot be sent.", nameof(values));
        }
    }

    /// <summary>For <see cref="SocketsHttpHandler.RequestHeaderEncodingSelector"/>.</summary>
    public static Encoding EncodingFor(string name, HttpRequestMessage request) =>
        request.Options.TryGetValue(Repeated, out var repeated) && repeated.TryGetValue(name, out var encoding) ? encoding : Encoding.Latin1;
}
