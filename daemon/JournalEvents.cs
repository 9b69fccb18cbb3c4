using Serilog.Sinks.Journald;

namespace Tidegate;

/// <summary>
/// The events that the journal's catalogue explains (<c>packaging/catalog/tidegate.catalog</c>, <c>journalctl -x</c>): their numbers, the words and the
/// ids to select them by, and their priorities. Neither word nor id is ever changed or used for something else.
/// </summary>
/// <remarks>
/// Priorities: 2 the gate cannot serve or fails closed, 3 a person must act, 4 degraded, 5 something changed on purpose or is well again, 6 for the record.
/// An event without an entry here has the priority of its level. A new line here needs an entry in the catalogue; a test compares them.
/// </remarks>
internal static class JournalEvents
{
    private const int Critical = 2;
    private const int Error = 3;
    private const int Warning = 4;
    private const int Notice = 5;
    private const int Info = 6;

    /// <summary>Entries of the log that the journal did not take; written by the journal's sink itself.</summary>
    public static readonly JournaldEventType LogGap = Of(EventIds.Hosting + 60, "log-gap", "fb56b9147ee94791b725a93eab14e5a0", Warning);

    /// <summary>Audit records that were lost; a record itself, in the place of what is missing.</summary>
    public static readonly JournaldEventType AuditGap = Of(EventIds.Audit + 10, "audit-gap", "a65c2d7aeb7b402db413997293e24814", Warning);

    /// <summary>The audit record of a request that the gate refused.</summary>
    public static readonly JournaldEventType RequestDenied = Of(EventIds.Audit + 11, "request-denied", "d9c9b4d2cc904012a298523429216260", Notice);

    /// <summary>The audit record of a handshake that was refused.</summary>
    public static readonly JournaldEventType CertificateRefused = Of(EventIds.Audit + 12, "client-certificate-refused", "1bf8c3dff0fb462c8a4b73c368f2a45a", Notice);

    /// <summary>The audit record of a request that was let in. Not in the catalogue: it would explain every other line.</summary>
    public static readonly JournaldEventType RequestAllowed = new(EventIds.Audit + 13, "request-allowed", null, Info);

    /// <summary>Every entry, as the catalogue has it.</summary>
    public static readonly IReadOnlyList<JournaldEventType> All =
    [
        // The process and its configuration.
        Of(EventIds.Hosting + 11, "ready", "3e754c24bcbd48de811838de1d69a2a8", Info),
        Of(EventIds.Hosting + 12, "stopping", "91d46e06cdfa48e7a1f038621225ce79", Info),
        Of(EventIds.Hosting + 16, "stopped", "4fbb4657682242de972d8f5b62e39257", Info),
        Of(EventIds.Hosting + 14, "cannot-start", "1e0dadac411641d1af862306e1eb69f3", Critical),
        Of(EventIds.Hosting + 17, "open-files-low", "5ad1c8f0b3de4e0c9a5f0a6f6d1f2b71", Warning),
        Of(EventIds.Listener + 1, "accept-failing", "0f2f6c4b8d7a4b6c9a4de2b1c7f3e815", Critical),
        Of(EventIds.Listener + 2, "connections-refused", "c2b7b9f4a1d34e4fb8a6f5d0e9c81a36", Critical),
        Of(EventIds.Listener + 3, "connections-still-refused", "7e4d9a60c5b14f32a8d1e6b3f0927c58", Critical),
        Of(EventIds.Listener + 4, "connections-accepted-again", "91f3a7de02c84b5db6e4c8a15f7d3e20", Notice),
        Of(EventIds.Hosting + 4, "unhealthy", "895ad9fbdfcc4bf4b57491960cc6a38d", Error),
        Of(EventIds.Hosting + 5, "healthy-again", "0939882904d14f52a9b71275bb13b623", Notice),
        Of(EventIds.Configuration + 5, "configuration-invalid", "1cd1472e3fd542dfa549f1bcd86d36d0", Critical),
        Of(EventIds.Configuration + 2, "configuration-reloaded", "7273885f071f445aa4550f3dab5e9332", Notice),
        Of(EventIds.Configuration + 3, "reload-rejected", "bd627528d6f24ed8abb1676458e87154", Error),
        Of(EventIds.Configuration + 4, "restart-needed", "b1f7fef65d4048a19cef66e71beb4bea", Warning),

        // The way to the repository.
        Of(EventIds.Git + 1, "mirror-replaced", "287e0d65980046fe8edd4b1113eb7240", Warning),
        Of(EventIds.Sync + 22, "fetch-failing", "753c2515eef345beb3eb5ce23bdcf94b", Warning),
        Of(EventIds.Sync + 23, "fetch-still-failing", "831a404f524544f2be8cb81a3a67728a", Error),
        Of(EventIds.Sync + 24, "fetch-recovered", "5c49cb75c4034edb95094e6919967994", Notice),

        // What is in force.
        Of(EventIds.Sync + 1, "commit-applied", "7e8a9115ba054471ace10236bb2017fa", Notice),
        Of(EventIds.Sync + 20, "commit-partly-applied", "cbe06c522fde40468436ce9e07721764", Warning),
        Of(EventIds.Sync + 25, "removal-held", "a32f8b3e4895485baa5dedc91f283df5", Error),
        Of(EventIds.Sync + 60, "removal-released", "6f1b6bb5a8b04c0c9c4a6ce04d19c7ab", Notice),
        Of(EventIds.Sync + 26, "commit-rejected", "1ab7aef423d141b2a31dbee4a16efcb3", Error),
        Of(EventIds.Sync + 5, "document-rejected", "3a8f19e0f4aa46ec969259fe308c4563", Warning),
        Of(EventIds.Sync + 21, "document-recovered", "53230c761d774bc581b91dd0c2a1da50", Notice),
        Of(EventIds.Sync + 27, "cluster-registered", "f9bbd3fbd5954aa89f8c35054f907b21", Notice),
        Of(EventIds.Sync + 28, "cluster-updated", "ab066d25c9064ebfa203541a672aa532", Notice),
        Of(EventIds.Sync + 29, "cluster-unregistered", "372451993e264df79b28b1094e0e25ac", Notice),
        Of(EventIds.Sync + 11, "state-not-stored", "11112c554dca471fbcba4826e24fcb0e", Error),
        Of(EventIds.Sync + 12, "state-stored-again", "409e8db32ff3487f9df1fff79f1e30e7", Notice),
        Of(EventIds.Sync + 40, "source-waiting", "5d1f6a3c0b7e4f0e9a52c8d417e6b093", Warning),
        Of(EventIds.Sync + 41, "source-changed", "b84e0c1d92f34a6ea7c95d2038f1e64b", Notice),
        Of(EventIds.Sync + 42, "history-rewritten", "c6b1f0a35e9d47d28c1a7f4e90b3d562", Warning),
        Of(EventIds.Sync + 43, "tag-moved", "9f27d4e8a1c04b6cb35e06d87a2c1f94", Warning),
        Of(EventIds.Sync + 44, "tag-held", "27c5e9b06d1f4a83bd94f10c63e8a7b5", Error),
        Of(EventIds.Api + 3, "tag-move-accepted", "e04a8d7b52c94f1f9a36c7b18d05e2f3", Notice),
        Of(EventIds.Sync + 61, "narrowing-not-written", "0b3c1f5d0a6e4d35a7c9c1f1c2d5e9a4", Error),
        Of(EventIds.Store + 1, "state-rebuilt", "ef1b358171424090a9069d843631095e", Error),
        Of(EventIds.Api + 1, "removal-confirmed", "c1ed2b5140354798b58985aecbe8c7f0", Notice),

        // The certificates of the gate.
        Of(EventIds.Tls + 1, "certificates-reloaded", "2f42cf64c97340e39ece20f7acfa320b", Notice),
        Of(EventIds.Tls + 2, "certificates-not-loaded", "7018c49927be44c0b4423456e4af4278", Error),
        Of(EventIds.Tls + 3, "certificate-expires", "82282651777348688ceae4636d5c99b0"),
        Of(EventIds.Proxy + 20, "client-authority-changed", "6c1f0a57d2e84f3b9a7716cb05e3d48e", Warning),

        // The clusters and the requests to them.
        Of(EventIds.Health + 1, "impersonation-missing", "434a450cd2b442cf8c005ed6ccfc0121", Error),
        Of(EventIds.Health + 2, "cluster-unreachable", "a3ae05b2b7c7495bb88111bde5febc96", Warning),
        Of(EventIds.Health + 7, "cluster-credential-refused", "9d5f0c5b7c0a4c6d8f0b3e6a2d417c58", Error),
        Of(EventIds.Health + 5, "cluster-still-not-well", "5b8f2d6e1a934d0c9e7350c4f1b862ad", Error),
        Of(EventIds.Health + 4, "cluster-reachable-again", "e9e3a2da5290468781d4807ede6db8a3", Notice),
        Of(EventIds.Proxy + 3, "cluster-failing", "f47dafca3c6d49cb936e6f18539c266e", Warning),
        Of(EventIds.Proxy + 5, "cluster-recovered", "7db33b3c856a46c1a1febee4c974c3b2", Notice),
        Of(EventIds.Proxy + 1, "request-ended", "83b8613c47ab4a068153e8f854187033", Notice),

        // Whether audit records are written.
        Of(EventIds.Audit + 1, "audit-failing", "c7d91afec3764e80b63669d1810a0b4b", Critical),
        Of(EventIds.Audit + 2, "audit-recovered", "0b964c64af5247a2b7359ce8b67b506c", Warning),
        Of(EventIds.Audit + 3, "audit-spooling", "4c5bfca86ced43bc9673fa120ece7478", Warning),
        Of(EventIds.Audit + 4, "audit-spool-delivered", "229b51e0766c4ce48f441070870714d9", Notice),
        Of(EventIds.Audit + 5, "audit-lost", "3344176ea4d2412d984d73b1d12c1a51", Error),
        Of(EventIds.Audit + 6, "audit-still-spooling", "0753e334e478440cae0d30423ec283c2", Error),
        LogGap,
        AuditGap,
        RequestDenied,
        CertificateRefused,
    ];

    private static readonly Dictionary<int, JournaldEventType> ById = All.ToDictionary(e => e.Id);

    /// <param name="id">The number of a log event.</param>
    public static JournaldEventType? Find(int id) => ById.GetValueOrDefault(id);

    private static JournaldEventType Of(int id, string slug, string messageId, int? priority = null) => new(id, slug, Guid.ParseExact(messageId, "N"), priority);
}
