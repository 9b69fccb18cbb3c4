using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Tidegate.Paging;

/// <summary>
/// Seals the <c>continue</c> tokens of clusters, which are the name of the object that the page before ended with, in base64. What comes out tells nothing, its length
/// neither, and opens only in the same list of the same person. AES-256-GCM with a random nonce.
/// </summary>
/// <param name="keys">At least one; the first seals, all of them open.</param>
internal sealed class ContinueSeal(IReadOnlyList<byte[]> keys, RandomBytes random)
{
    /// <summary>What a sealed token begins with: none of a cluster's does.</summary>
    public const string Prefix = "tidegate1.";

    /// <summary>The answer 410's message for a token that does not open. Source: <c>k8s.io/apiserver/pkg/storage/etcd3/errors.go</c>, continueExpired.</summary>
    public const string Expired =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.";

    /// <summary>A token of Kubernetes with the longest namespace and name takes about 500 bytes.</summary>
    private const int BlockSize = 1024;

    private const int LengthSize = sizeof(uint);

    /// <summary>Many times the longest request line that is accepted.</summary>
    private const int LongestToken = 64 << 10;

    private static readonly int NonceSize = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagSize = AesGcm.TagByteSizes.MaxSize;

    /// <summary>The client's token.</summary>
    /// <param name="token">The cluster's.</param>
    /// <exception cref="InvalidDataException">It is longer than any token may be.</exception>
    public string Seal(string token, ContinueScope scope)
    {
        var text = Encoding.UTF8.GetBytes(token);
        if (text.Length > LongestToken)
        {
            throw new InvalidDataException("the cluster's continue token is too long");
        }

        var plain = new byte[(LengthSize + text.Length + BlockSize - 1) / BlockSize * BlockSize];
        BinaryPrimitives.WriteInt32BigEndian(plain, text.Length);
        text.CopyTo(plain, LengthSize);
        var sealedBytes = new byte[NonceSize + plain.Length + TagSize];
        random(sealedBytes.AsSpan(0, NonceSize));
        using var aes = new AesGcm(keys[0], TagSize);
        aes.Encrypt(
            sealedBytes.AsSpan(0, NonceSize), plain, sealedBytes.AsSpan(NonceSize, plain.Length), sealedBytes.AsSpan(NonceSize + plain.Length), scope.Bytes());
        return Prefix + Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>The cluster's token.</summary>
    /// <returns>Null for what was sealed for another list or person, with a key that is gone, or is no sealed token.</returns>
    public string? Open(string token, ContinueScope scope)
    {
        if (!token.StartsWith(Prefix, StringComparison.Ordinal) || token.Length > 2 * LongestToken || !Base64Url.IsValid(token.AsSpan(Prefix.Length)))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(token.AsSpan(Prefix.Length));
        var size = bytes.Length - NonceSize - TagSize;
        if (size < BlockSize)
        {
            return null;
        }

        var plain = new byte[size];
        var bound = scope.Bytes();
        foreach (var key in keys)
        {
            using var aes = new AesGcm(key, TagSize);
            try
            {
                aes.Decrypt(bytes.AsSpan(0, NonceSize), bytes.AsSpan(NonceSize, size), bytes.AsSpan(NonceSize + size), plain, bound);
                return Encoding.UTF8.GetString(plain, LengthSize, BinaryPrimitives.ReadInt32BigEndian(plain));
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another key may fit.
            }
        }

        return null;
    }
}
