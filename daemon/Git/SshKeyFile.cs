using System.Buffers.Binary;
using System.Text;

namespace Tidegate.Git;

/// <summary>
/// Looks into a private key before ssh does, because ssh, told not to ask, passes over a key with a passphrase and reports only that
/// the server refused to let it in.
/// </summary>
internal static class SshKeyFile
{
    private const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private const string End = "-----END OPENSSH PRIVATE KEY-----";
    private static readonly byte[] Magic = "openssh-key-v1\0"u8.ToArray();

    /// <summary>
    /// What is wrong with the lines of a key in OpenSSH's own format, of which ssh says no more than "error in libcrypto"; null when nothing is. It looks for the last line with the
    /// line end behind it (OpenSSH, sshkey.c, MARK_END), which editors and secret stores like to cut off. PEM needs none.
    /// </summary>
    public static string? BadLines(string text)
    {
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        return text[(end + End.Length)..] switch
        {
            ['\n', ..] when !text.Contains('\r', StringComparison.Ordinal) => null,
            ['\n' or '\r', ..] => "has line ends of Windows, which ssh does not read: remove them with sed -i 's/\\r$//'",
            _ => "does not end with a line break, without which ssh does not read it: add one with echo >>",
        };
    }

    /// <summary>
    /// Whether the key is encrypted. OpenSSH's own format names its cipher first, "none" for a plain key (OpenSSH, PROTOCOL.key); PEM says
    /// ENCRYPTED in clear.
    /// </summary>
    public static bool IsEncrypted(string text)
    {
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            return text.Contains("ENCRYPTED", StringComparison.Ordinal);
        }

        var encoded = text[(begin + Begin.Length)..end];
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length) || length < Magic.Length + 4 || !bytes.AsSpan().StartsWith(Magic))
        {
            return false;
        }

        var cipherLength = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(Magic.Length));
        var cipher = bytes.AsSpan(Magic.Length + 4, (int)Math.Min(cipherLength, (uint)(length - Magic.Length - 4)));
        return Encoding.ASCII.GetString(cipher) != "none";
    }
}
