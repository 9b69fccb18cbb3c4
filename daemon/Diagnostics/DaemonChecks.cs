using Tidegate.Sync;
using Tidegate.Tls;
using Tidegate.Upstream;

namespace Tidegate.Diagnostics;

/// <summary>
/// What <c>/livez</c> and <c>/readyz</c> look at. Live: the program does its work, or a restart would help. Ready: a request would be served as it should be.
/// A cluster that does not answer is neither's concern: the others are served. One that does not know the gate, or does not let it impersonate, needs the operator, who is told.
/// </summary>
internal static class DaemonChecks
{
    /// <summary>How long before its end a certificate is worth a warning.</summary>
    public static readonly TimeSpan ExpiryWarning = TimeSpan.FromDays(14);

    public static HealthChecks Live(DaemonParts parts, TimeProvider time) => new(
        "livez",
        time,
        ("sync", () => parts.Sync.WhyNotAlive() is null ? HealthFinding.Ok : HealthFinding.Failed("the sync loop gave no sign of life within its time")),
        ("listener", () => parts.Listener.IsAlive ? HealthFinding.Ok : HealthFinding.Failed("the proxy's listener took no connection for a minute")));

    public static HealthChecks Ready(DaemonParts parts, TimeProvider time) => new(
        "readyz",
        time,
        ("phase", () => Phase(parts)),
        ("state", () => State(parts)),
        ("listener", () => Listener(parts)),
        ("audit", () => Audit(parts)),
        ("sync", () => Sync(parts)),
        ("source", () => Source(parts.Sync)),
        ("manifests", () => Manifests(parts)),
        ("removals", () => parts.Registry.Current.State.Held is { } held ? HealthFinding.Degraded(held.ToString()) : HealthFinding.Ok),
        ("clusters", () => Clusters(parts)),
        ("certificate", () => Certificate(parts.Tls, time.GetUtcNow())));

    /// <summary>When the first server certificate expires.</summary>
    public static DateTimeOffset ServerExpiry(TlsMaterial material) => material.Servers.Min(s => new DateTimeOffset(s.Certificate.NotAfter));

    /// <summary>When the first authority of client certificates expires.</summary>
    public static DateTimeOffset ClientAuthorityExpiry(TlsMaterial material) =>
        material.Clients.ChainPolicy.CustomTrustStore.Min(c => new DateTimeOffset(c.NotAfter));

    private static HealthFinding Phase(DaemonParts parts) => parts.Phase switch
    {
        DaemonPhase.Starting => HealthFinding.Failed("the daemon is starting"),
        DaemonPhase.Draining => HealthFinding.Failed("the daemon is stopping; requests under way are finished"),
        _ => HealthFinding.Ok,
    };

    private static HealthFinding State(DaemonParts parts) => parts.Registry.Current.State.Revision is null
        ? HealthFinding.Failed("no commit is in force yet, so nobody has access to anything")
        : HealthFinding.Ok;

    private static HealthFinding Listener(DaemonParts parts) => (parts.Listener.IsListening, parts.Listener.TookLast) switch
    {
        (false, _) => HealthFinding.Failed("the proxy does not listen"),
        (_, false) => HealthFinding.Failed("the proxy's listener did not take the last connection that was tried"),
        _ => HealthFinding.Ok,
    };

    /// <summary>Tries it when the last record failed: no request would, when everybody is sent elsewhere.</summary>
    private static HealthFinding Audit(DaemonParts parts) => (parts.Audit.MayProceed(), parts.Audit.IsFailing) switch
    {
        (false, _) => HealthFinding.Failed("audit records cannot be written, so requests are refused; the journal says why"),
        (_, true) => HealthFinding.Degraded("audit records cannot be written and are lost; the journal says why"),
        _ => HealthFinding.Ok,
    };

    private static HealthFinding Sync(DaemonParts parts) => parts.Sync.LastPass?.Outcome switch
    {
        _ when parts.Sync.WhyLate() is { } late => HealthFinding.Degraded(late),
        PassOutcome.Unreachable => HealthFinding.Degraded($"the repository could not be read, {Failures(parts.Sync)}; what was applied last is served"),
        PassOutcome.Rejected => HealthFinding.Degraded($"the last commit was not applied, {Failures(parts.Sync)}; what was applied last is served"),
        _ => HealthFinding.Ok,
    };

    private static string Failures(SyncLoop sync) => sync.Failures == 1 ? "in 1 pass" : $"in {sync.Failures} passes in a row";

    private static HealthFinding Source(SyncLoop sync) => sync.HeldTagMove is not null
        ? HealthFinding.Degraded("the configured tag was moved, and what it names now waits to be accepted; tidegate status names both commits")
        : sync.Served is { } served && served != sync.Source
        ? HealthFinding.Degraded("what is served is the state of another source than the configuration names; tidegate status names both")
        : HealthFinding.Ok;

    private static HealthFinding Manifests(DaemonParts parts) => parts.Registry.Current.State.Problems.Count switch
    {
        0 => HealthFinding.Ok,
        1 => HealthFinding.Degraded("1 problem in the manifests; tidegate status names it"),
        var many => HealthFinding.Degraded($"{many} problems in the manifests; tidegate status names them"),
    };

    private static HealthFinding Clusters(DaemonParts parts)
    {
        var (refused, powerless) = (0, 0);
        foreach (var (_, cluster) in parts.Registry.Current.Clusters)
        {
            var conditions = cluster.Upstream.Conditions;
            refused += conditions.CredentialAccepted.Status == ConditionStatus.False ? 1 : 0;
            powerless += conditions.MayImpersonate.Status == ConditionStatus.False ? 1 : 0;
        }

        return refused + powerless == 0
            ? HealthFinding.Ok
            : HealthFinding.Degraded($"clusters that do not accept the gate's credential: {refused}, that do not let it impersonate: {powerless}; tidegate status names them");
    }

    private static HealthFinding Certificate(TlsReloader tls, DateTimeOffset now)
    {
        var material = tls.Current;
        var (server, clients) = (ServerExpiry(material), ClientAuthorityExpiry(material));
        if (server <= now || clients <= now)
        {
            return HealthFinding.Failed(server <= now ? "a server certificate has expired" : "an authority of client certificates has expired");
        }

        if (tls.Failure is { } failure)
        {
            return HealthFinding.Degraded($"changed certificates do not load, the old ones stay in use: {failure}");
        }

        var first = server < clients ? server : clients;
        return first - now > ExpiryWarning
            ? HealthFinding.Ok
            : HealthFinding.Degraded($"{(server < clients ? "a server certificate" : "an authority of client certificates")} expires at {first.ToUniversalTime():yyyy-MM-dd HH:mm}Z");
    }
}
