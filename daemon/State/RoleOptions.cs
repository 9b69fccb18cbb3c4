namespace Tidegate.State;

/// <summary>The <c>options</c> of a role that concern what is open. The strictest of a person's roles holds.</summary>
internal sealed record RoleOptions
{
    /// <summary>A role without options.</summary>
    public static readonly RoleOptions None = new();

    /// <summary><c>max_session_ttl</c>: the longest that one stream (watch, logs, exec, attach, port-forward) may last; null: no limit.</summary>
    public TimeSpan? MaxSessionTtl { get; init; }

    /// <summary><c>client_idle_timeout</c>: a stream ends after this time without data in either direction, pings not counted; null: never.</summary>
    public TimeSpan? ClientIdleTimeout { get; init; }

    /// <summary><c>disconnect_expired_cert</c>: streams end when the client's certificate expires. New requests with an expired certificate are refused always.</summary>
    public bool DisconnectExpiredCert { get; init; }

    /// <summary><c>max_kubernetes_connections</c>: how many execs, attaches and port-forwards a person may have open at this gate; 0: no limit.</summary>
    public int MaxKubernetesConnections { get; init; }
}
