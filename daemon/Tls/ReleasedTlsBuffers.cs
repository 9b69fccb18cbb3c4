using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tidegate.Tls;

/// <summary>
/// Lets OpenSSL give a connection's record buffers back whenever they are empty (<c>SSL_MODE_RELEASE_BUFFERS</c>): 33 kB of every idle
/// connection, of which a gate holds two for each watch. The platform has no setting for it, but OpenSSL tells whoever asks of each new
/// <c>SSL_CTX</c>, whose mode its connections take over (CRYPTO_get_ex_new_index(3), SSL_CTX_set_mode(3)).
/// </summary>
internal static unsafe partial class ReleasedTlsBuffers
{
    // openssl/crypto.h and openssl/ssl.h, unchanged since 1.1.
    private const int IndexOfContexts = 1;
    private const int ControlMode = 33;

    /// <summary>The bit of a context's mode.</summary>
    public const int ReleaseBuffers = 0x10;

    // The names that the platform's own library loads OpenSSL 3 by, so that it is the same copy.
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    private static nint mode;

    /// <summary>The mode of the newest context, as OpenSSL says; 0 before the first.</summary>
    public static nint Mode => Volatile.Read(ref mode);

    /// <summary>Before the first TLS connection. Without OpenSSL 3 nothing happens, and connections take more memory.</summary>
    public static void Enable()
    {
        if (NativeLibrary.TryLoad(Ssl, out _) && NativeLibrary.TryLoad(Crypto, out _))
        {
            _ = CRYPTO_get_ex_new_index(IndexOfContexts, 0, null, &OnNewContext, null, null);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNewContext(void* context, void* value, void* data, int index, nint number, void* argument) =>
        Volatile.Write(ref mode, SSL_CTX_ctrl(context, ControlMode, ReleaseBuffers, null));

    [LibraryImport(Crypto)]
    private static partial int CRYPTO_get_ex_new_index(
        int type, nint number, void* argument, delegate* unmanaged[Cdecl]<void*, void*, void*, int, nint, void*, void> created, void* copied, void* freed);

    [LibraryImport(Ssl)]
    private static partial nint SSL_CTX_ctrl(void* context, int command, nint number, void* argument);
}
