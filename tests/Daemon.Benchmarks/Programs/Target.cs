using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Benchmarks.Programs;

/// <summary>A running program, and how the client speaks to it.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Prefix">Before each path.</param>
/// <param name="Authorization">What the client must send by itself; null where the program adds it.</param>
/// <param name="Certificate">The client's; null where none is asked for.</param>
internal sealed record Target(
    string Name, ChildProcess Process, int Port, string Prefix, string? Authorization, SslStreamCertificateContext? Certificate) : IDisposable
{
    public const string Direct = "direct";
    public const string HAProxy = "HAProxy";
    public const string Gate = "gate";

    public static readonly IReadOnlyList<string> All = [Direct, HAProxy, Gate];

    public int ProcessId => Process.Id;

    public void Dispose() => Process.Dispose();

    public static SslStreamCertificateContext ContextOf(X509Certificate2 certificate) => SslStreamCertificateContext.Create(certificate, null, offline: true);
}
