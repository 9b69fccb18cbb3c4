namespace Tidegate.Limits;

/// <summary>
/// <c>kubernetes_service.limits</c>: how much people may keep the gate busy with, each of them and all together. What is one too many is answered 429 at once; nothing waits.
/// </summary>
internal sealed record LimitOptions
{
    public static readonly LimitOptions Default = new();

    /// <summary>Requests in flight that are no streams.</summary>
    public int Requests { get; init; } = 10_000;

    /// <summary>
    /// More than a kube-apiserver takes in flight from everybody (<c>--max-requests-inflight</c>, 400): while the daemon restarts, what one person sends waits, and then comes all at once.
    /// </summary>
    public int RequestsPerPerson { get; init; } = 2_000;

    /// <summary>Watches, followed logs, execs, attaches and port-forwards that are open.</summary>
    public int Streams { get; init; } = 100_000;

    /// <summary>A controller has a watch for each kind of each cluster, and a fleet of them may share a name.</summary>
    public int StreamsPerPerson { get; init; } = 10_000;

    /// <summary>Connections to the proxy port; how many there may be in all is a matter of file descriptors.</summary>
    public int ConnectionsPerPerson { get; init; } = 2_000;

    /// <summary>Heads of requests in flight and of streams, in units of 1024 x 1024 bytes as they came. In memory they take about four times that.</summary>
    public int HeaderMegabytes { get; init; } = 128;

    /// <summary>Likewise.</summary>
    public int HeaderMegabytesPerPerson { get; init; } = 16;

    /// <summary>Bodies that are held because the rules depend on what is in them, in units of 1024 x 1024 bytes.</summary>
    public int BodyMegabytes { get; init; } = 256;

    /// <summary>Likewise; a body has at most 3 MiB.</summary>
    public int BodyMegabytesPerPerson { get; init; } = 64;

    /// <summary>How long such a body may take to arrive. Default: what kube-apiserver gives a whole request (<c>--request-timeout</c>).</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
