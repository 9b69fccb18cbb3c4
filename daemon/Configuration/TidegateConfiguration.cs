using System.Net;
using Tidegate.Audit;
using Tidegate.Git;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Limits;
using Tidegate.Values;

namespace Tidegate.Configuration;

/// <summary>One validated teleport.yaml. Sections compare by content, so that a reload sees what really changed.</summary>
internal sealed record TidegateConfiguration(TeleportOptions Teleport, GitOpsServiceOptions GitOpsService, KubernetesServiceOptions KubernetesService)
{
    /// <summary>Every file of the host that the configuration names, with its place, for <see cref="ConfigurationFiles"/>.</summary>
    public required EquatableList<FileReference> Files { get; init; }

    /// <summary>The settings as written, path → text, for naming what changed.</summary>
    public EquatableMap<string> Written { get; init; } = EquatableMap<string>.Empty;

    /// <summary>Where clusters of the repository may be: what <c>allow_addresses</c> lists, and never where this daemon listens itself.</summary>
    public AddressPolicy Addresses => new()
    {
        Allowed = KubernetesService.AllowAddresses,
        Listeners = Teleport.DiagAddr is { } diagnostics ? [KubernetesService.ListenAddr, diagnostics] : [KubernetesService.ListenAddr],
        OwnNames = KubernetesService.PublicAddr.Select(a => $"{a.Host.TrimEnd('.').ToLowerInvariant()}:{a.Port}").ToEquatableList(),
    };
}

/// <summary>The section <c>teleport</c>.</summary>
internal sealed record TeleportOptions
{
    public required string NodeName { get; init; }

    /// <summary>Absolute path of the folder for the mirror and the state.</summary>
    public required string DataDir { get; init; }

    public required string? PidFile { get; init; }

    /// <summary>Where /livez, /readyz and /metrics are served; null: nowhere.</summary>
    public required IPEndPoint? DiagAddr { get; init; }

    public required LogOptions Log { get; init; }

    public required AuditOptions Audit { get; init; }
}

/// <summary>Where the log goes.</summary>
internal enum LogOutput
{
    /// <summary>The journal when systemd started the program, else standard error.</summary>
    Automatic,
    Journald,
    Stderr,
    Stdout,
    File,
}

/// <summary>How a line of the log looks; the journal has fields and needs neither.</summary>
internal enum LogFormat
{
    Text,
    Json,
}

/// <summary>The section <c>teleport.log</c>.</summary>
/// <param name="File">Absolute path; set exactly when the output is <see cref="LogOutput.File"/>.</param>
internal sealed record LogOptions(LogOutput Output, string? File, LogLevel Severity, LogFormat Format)
{
    public static readonly LogOptions Default = new(LogOutput.Automatic, null, LogLevel.Information, LogFormat.Text);
}

/// <summary>The section <c>teleport.audit</c>.</summary>
/// <param name="Outputs">At least one: <see cref="Journald"/> or the absolute path of a file of JSON lines. All of them get every record.</param>
/// <param name="SpoolMegabytes">The most that may wait on disk for the journal, in units of 1024 x 1024 bytes.</param>
internal sealed record AuditOptions(EquatableList<string> Outputs, AuditFailure OnFailure, int SpoolMegabytes = AuditOptions.DefaultSpoolMegabytes)
{
    public const string Journald = "journald";
    public const int DefaultSpoolMegabytes = 64;

    public static readonly AuditOptions Default = new([Journald], AuditFailure.Refuse);
}

/// <summary>The section <c>gitops_service</c>.</summary>
internal sealed record GitOpsServiceOptions(bool Enabled, RepositoryOptions Repository, PruneOptions Prune);

/// <summary>The section <c>gitops_service.prune</c>.</summary>
/// <param name="MaxRemovedPercent">0 to 100: a commit that would remove a larger share of the clusters has its removals held.</param>
/// <param name="AllowEmpty">Whether a commit may leave no cluster, or nobody with access, without a confirmation.</param>
internal sealed record PruneOptions(int MaxRemovedPercent, bool AllowEmpty)
{
    public static readonly PruneOptions Default = new(50, AllowEmpty: false);
}

/// <summary>Which kind of name <see cref="GitReference"/> holds.</summary>
internal enum GitReferenceKind
{
    Branch,
    Tag,
    Commit,
}

/// <summary>What to follow in the repository.</summary>
/// <param name="Name">A branch or tag without <c>refs/…</c>, or a full commit id in lower case.</param>
internal sealed record GitReference(GitReferenceKind Kind, string Name);

/// <summary>The section <c>gitops_service.repository</c>. File names are absolute paths.</summary>
internal sealed record RepositoryOptions
{
    /// <summary>A URL, the scp-like form <c>user@host:path</c>, or an absolute path; it never holds a password.</summary>
    public required string Url { get; init; }

    public required GitTransport Transport { get; init; }

    /// <summary>Null: the remote's HEAD.</summary>
    public required GitReference? Reference { get; init; }

    /// <summary>Whether a tag that was moved is followed without a confirmation.</summary>
    public bool AllowTagMove { get; init; }

    /// <summary>Folder of the manifests, relative to the repository's root, without a slash at either end; <c>.</c> for the root.</summary>
    public required string Path { get; init; }

    /// <summary>Time between two passes, before jitter.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>The longest that one fetch may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>A file with an access token for http and https.</summary>
    public required string? TokenFile { get; init; }

    /// <summary>The name sent with the token; set only together with it.</summary>
    public required string? Username { get; init; }

    public required string? SshKeyFile { get; init; }

    public required string? KnownHostsFile { get; init; }

    /// <summary>Certificate authorities that an https server is checked against, instead of the system's.</summary>
    public required string? CaFile { get; init; }
}

/// <summary>The section <c>kubernetes_service</c>. File names are absolute paths.</summary>
internal sealed record KubernetesServiceOptions
{
    public required bool Enabled { get; init; }

    public required IPEndPoint ListenAddr { get; init; }

    /// <summary>Names under which people reach the listener; the first one goes into kubeconfigs. May be empty.</summary>
    public required EquatableList<HostPort> PublicAddr { get; init; }

    /// <summary>At least one when the service is enabled.</summary>
    public required EquatableList<HttpsKeypair> HttpsKeypairs { get; init; }

    public required string ClientCaFile { get; init; }

    /// <summary>The keys that <c>continue</c> tokens are sealed with; null: the gate keeps one of its own in its data directory.</summary>
    public required string? ContinueKeyFile { get; init; }

    public required string? KubeconfigFile { get; init; }

    /// <summary>Folders from which a manifest's <c>spec.kubeconfig_file</c> may come; empty: no manifest may name a file.</summary>
    public required EquatableList<string> KubeconfigDirectories { get; init; }

    public required bool AllowInsecureSkipTlsVerify { get; init; }

    /// <summary>Ranges of addresses of the host, its link or its cloud that clusters of the repository may nevertheless have.</summary>
    public required EquatableList<IPNetwork> AllowAddresses { get; init; }

    /// <summary>The label selectors of <c>resources</c>: any of them registers a cluster. Each one compiles.</summary>
    public required EquatableList<EquatableMap<EquatableList<string>>> Resources { get; init; }

    /// <summary>Users and groups that start with <c>system:</c> and that roles may nevertheless grant, as <see cref="Kubernetes.SystemPrincipals"/> reads them.</summary>
    public required EquatableList<string> AllowSystemPrincipals { get; init; }

    /// <summary>Laid over the labels of every cluster of this daemon.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>The longest that connecting to a cluster may take.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>The longest that requests in flight may go on once the daemon stops.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>What people may keep the gate busy with.</summary>
    public LimitOptions Limits { get; init; } = LimitOptions.Default;
}

/// <summary>A server certificate with its chain, and its private key, both PEM.</summary>
internal sealed record HttpsKeypair(string CertFile, string KeyFile);

/// <summary>A host name or address with a port, as people write it; <see cref="ToString"/> gives <c>host:port</c>.</summary>
/// <param name="Host">An IPv6 address is held without brackets.</param>
internal sealed record HostPort(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>What the file system must hold at a path.</summary>
internal enum FileReferenceKind
{
    /// <summary>A file that the daemon reads.</summary>
    Input,

    /// <summary>One that nobody else may read.</summary>
    Secret,

    /// <summary>A file that systemd hands to the service.</summary>
    Credential,

    /// <summary>A folder that is there.</summary>
    Directory,

    /// <summary>A file that the daemon writes: its folder must be there.</summary>
    Output,

    /// <summary>A folder that the daemon makes for itself.</summary>
    OwnDirectory,
}

/// <summary>A path in the configuration and where it was written.</summary>
internal sealed record FileReference(string Path, FileReferenceKind Kind, string ConfigurationFile, int Line, int Column, string Field);
