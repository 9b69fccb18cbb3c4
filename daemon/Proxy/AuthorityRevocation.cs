using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tidegate.Listener;
using Tidegate.Tls;

namespace Tidegate.Proxy;

/// <summary>
/// When other client authorities are in force, the certificate of each open connection is put to them again. A connection whose certificate they do not accept ends,
/// and so does what goes on over it: the handshake's verdict does not outlive the authority that it rests on.
/// </summary>
internal sealed partial class AuthorityRevocation(OpenConnections connections, InFlight inFlight, TlsReloader tls, ILogger<AuthorityRevocation> logger)
{
    // So that the first of very many connections need not wait for the last.
    private const int MostAtOnce = 100;

    private ClientAuthority last = tls.Current.Clients;

    /// <summary>Looks at each connection once more when its handshake is over, which may have begun under authorities that are gone; after TLS.</summary>
    public void Follow(ListenOptions listen) => listen.Use(next => connection =>
    {
        if (connection.Features.Get<OpenConnection>() is { } open && Refusal(open, tls.Current.Clients, []) is { } reason)
        {
            open.End(reason);
        }

        return next(connection);
    });

    /// <summary>Puts every open connection to the authorities in force, unless they are those of before.</summary>
    public void Look()
    {
        var authority = tls.Current.Clients;
        if (ReferenceEquals(Interlocked.Exchange(ref last, authority), authority))
        {
            return;
        }

        var known = new Dictionary<string, string?>(StringComparer.Ordinal);
        var ended = 0;
        foreach (var connection in connections.All)
        {
            if (Refusal(connection, authority, known) is { } reason && connection.End(reason) && ++ended % MostAtOnce == 0)
            {
                inFlight.EndWithConnections();
            }
        }

        if (ended > 0)
        {
            inFlight.EndWithConnections();
            Log.Ended(logger, ended);
        }
    }

    /// <param name="known">Verdicts so far: a person may have many connections.</param>
    private static string? Refusal(OpenConnection connection, ClientAuthority authority, Dictionary<string, string?> known)
    {
        if (connection.Features.Get<ClientCertificate>() is not { } certificate || ReferenceEquals(certificate.Authority, authority))
        {
            return null;
        }

        if (!known.TryGetValue(certificate.Id, out var refusal))
        {
            known[certificate.Id] = refusal = authority.Refusal(certificate);
        }

        return refusal;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Proxy + 20, LogLevel.Warning, "Ended {Connections} connections whose client certificates are no longer accepted: client_ca_file has changed")]
        public static partial void Ended(ILogger logger, int connections);
    }
}
