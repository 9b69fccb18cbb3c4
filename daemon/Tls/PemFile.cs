using Tidegate.Values;

namespace Tidegate.Tls;

/// <summary>The text of a file in PEM. Line ends are Unix's or Windows', the last one may be missing.</summary>
internal static class PemFile
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    /// <exception cref="InvalidDataException">A block of it would be passed over.</exception>
    public static string Read(string file)
    {
        var text = File.ReadAllText(file);
        return PemBlocks.Damage(text) is { } damage ? throw new InvalidDataException($"{file} {damage}") : text;
    }
}
