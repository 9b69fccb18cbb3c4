using System.Security.Cryptography;
using System.Text;

namespace Tidegate.Paging;

/// <summary>Fills a span with bytes that nobody can foresee.</summary>
internal delegate void RandomBytes(Span<byte> bytes);

/// <summary>
/// The keys that <c>continue</c> tokens are sealed with: a file with one key a line, 32 bytes in base64. The first one seals, all of them open, so that a key is exchanged by
/// putting the new one in a line below, then above, then removing the old one. Several gates that share the file read each other's tokens.
/// </summary>
internal static class ContinueKeys
{
    /// <summary>In bytes: AES-256.</summary>
    public const int KeySize = 32;

    private const int MostKeys = 16;
    private const int LongestFile = 4096;

    /// <summary>Reads the file; where nobody named one, makes it when it is not there.</summary>
    /// <param name="named">The file that the configuration names; null: none.</param>
    /// <param name="dataDir">Where the gate keeps its own.</param>
    /// <exception cref="InvalidDataException">The file is not one of keys, or others may read it.</exception>
    /// <exception cref="IOException">It cannot be read, or made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or made.</exception>
    public static ContinueSeal Load(string? named, string dataDir, RandomBytes random)
    {
        var file = named ?? Path.Combine(dataDir, "continue.key");
        if (named is null && !File.Exists(file))
        {
            Make(file, random);
        }

        return new(Read(file), random);
    }

    private static IReadOnlyList<byte[]> Read(string file)
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        if ((File.GetUnixFileMode(file) & Others) != 0)
        {
            throw new InvalidDataException($"continue_key_file: {file} may be read or written by others than its owner: chmod 600 {file}");
        }

        if (new FileInfo(file).Length > LongestFile)
        {
            throw new InvalidDataException($"continue_key_file: {file} is larger than {LongestFile} bytes: it holds one key a line, made by openssl rand -base64 {KeySize}");
        }

        var keys = new List<byte[]>();
        foreach (var (line, number) in File.ReadAllLines(file).Select((l, i) => (l.Trim(), i + 1)).Where(l => l.Item1.Length > 0))
        {
            var key = new byte[KeySize];
            if (!Convert.TryFromBase64String(line, key, out var size) || size != KeySize)
            {
                throw new InvalidDataException($"continue_key_file: {file}:{number} is no key of {KeySize} bytes in base64: make one with openssl rand -base64 {KeySize}");
            }

            keys.Add(key);
        }

        return keys.Count is > 0 and <= MostKeys
            ? keys
            : throw new InvalidDataException($"continue_key_file: {file} has {keys.Count} keys, and must have 1 to {MostKeys}: make one with openssl rand -base64 {KeySize}");
    }

    /// <summary>Makes the file whole or not at all.</summary>
    private static void Make(string file, RandomBytes random)
    {
        var key = new byte[KeySize];
        random(key);
        var unfinished = file + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file);
        CryptographicOperations.ZeroMemory(key);
    }
}
