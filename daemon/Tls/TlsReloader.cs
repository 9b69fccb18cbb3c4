using System.Security.Cryptography;
using Tidegate.Values;

namespace Tidegate.Tls;

/// <summary>
/// Holds the certificates in use and loads them again when their files change: new connections use the new ones, open connections go on
/// unless their client's certificate is no longer accepted (whoever listens to <see cref="Changed"/> sees to that). Files that do not load change nothing and are
/// reported once.
/// </summary>
internal sealed partial class TlsReloader
{
    private readonly ILogger<TlsReloader> logger;
    // A removed authority must not serve for longer than it takes to see that it is gone.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly CertificateExpiry expiry = new();
    private readonly Lock loading = new();
    private volatile TlsMaterial current;
    private TlsOptions options;
    private string stamps;
    private volatile string? failure;

    static TlsReloader() => ReleasedTlsBuffers.Enable();

    /// <inheritdoc cref="TlsMaterial.Load"/>
    public TlsReloader(TlsOptions options, ILogger<TlsReloader> logger)
    {
        this.options = options;
        this.logger = logger;
        stamps = StampsOf(options);
        current = TlsMaterial.Load(options, null);
    }

    /// <summary>Other certificates or authorities are in force. Handlers end before whoever reloads goes on.</summary>
    public event Action? Changed;

    public TlsMaterial Current => current;

    /// <summary>Why the files as they are now do not load; null when they are what is in use.</summary>
    public string? Failure => failure;

    /// <summary>Takes over paths of a reloaded configuration, and the files' contents. What does not load changes nothing.</summary>
    /// <exception cref="IOException">A file cannot be read; likewise <see cref="InvalidDataException"/>, <see cref="CryptographicException"/> and <see cref="UnauthorizedAccessException"/>.</exception>
    public void Reconfigure(TlsOptions changed)
    {
        lock (loading)
        {
            var now = StampsOf(changed);
            var loaded = TlsMaterial.Load(changed, current);
            (options, stamps, current, failure) = (changed, now, loaded, null);
        }

        Tell();
    }

    /// <summary>Looks at the files every second; their content survives renames and mounted secrets, where notifications and times get lost.</summary>
    public async Task WatchAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        var run = new FailureRun(time);
        do
        {
            ReloadIfChanged();
            Remind(run);
            ReportExpiring(time.GetUtcNow());
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    internal void ReloadIfChanged()
    {
        lock (loading)
        {
            var now = StampsOf(options);
            if (now == stamps && failure is null)
            {
                return;
            }

            stamps = now;
            try
            {
                current = TlsMaterial.Load(options, current);
                failure = null;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or CryptographicException or UnauthorizedAccessException)
            {
                // Tried again at each look: what is amiss may be a file's mode and not its content.
                if (failure != e.Message)
                {
                    Log.NotReloaded(logger, e.Message);
                }

                failure = e.Message;
                return;
            }
        }

        Tell();
    }

    internal void ReportExpiring(DateTimeOffset now)
    {
        foreach (var (certificate, days) in expiry.Due(current, now))
        {
            var level = days switch
            {
                < 0 => LogLevel.Critical,
                <= 7 => LogLevel.Error,
                _ => LogLevel.Warning,
            };
            var when = days < 0 ? "has expired" : $"expires in {days} days";
            Log.Expires(logger, level, certificate.Subject, when, certificate.NotAfter.ToUniversalTime(), days, certificate.SerialNumber);
        }
    }

    /// <summary>Once an hour while it lasts.</summary>
    private void Remind(FailureRun run)
    {
        if (failure is not { } reason)
        {
            run.Succeeded(out _);
        }
        else if (run.Failed(reason, out _) == FailureNews.GoesOn)
        {
            Log.NotReloaded(logger, reason);
        }
    }

    private void Tell()
    {
        Log.Reloaded(logger, current.Servers[0].Certificate.NotAfter.ToUniversalTime());
        Changed?.Invoke();
    }

    private static string StampsOf(TlsOptions options) => string.Join('|', options.Files.Select(f => $"{f}:{StampOf(f)}"));

    /// <summary>A digest of the content, not its time: a link to a folder that is exchanged has neither another time nor another size.</summary>
    private static string StampOf(string file)
    {
        try
        {
            using var content = File.OpenRead(file);
            return Convert.ToHexString(SHA256.HashData(content));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Tls + 1, LogLevel.Information, "Certificates reloaded; the server certificate is valid until {NotAfter:u}")]
        public static partial void Reloaded(ILogger logger, DateTime notAfter);

        [LoggerMessage(EventIds.Tls + 2, LogLevel.Error, "Changed certificates do not load, the old ones stay in use: {Reason}")]
        public static partial void NotReloaded(ILogger logger, string reason);

        [LoggerMessage(EventId = EventIds.Tls + 3, Message = "The certificate {Subject} {When}: it is valid until {NotAfter:u}")]
        public static partial void Expires(ILogger logger, LogLevel level, string subject, string when, DateTime notAfter, int days, string serial);
    }
}
