using Tidegate.Access;
using Tidegate.Labels;

namespace Tidegate.Sessions;

/// <summary>What a person's limits say of one stream at one moment: either it is over, or how long until that is worth asking again.</summary>
/// <param name="Left">The time until the nearest limit; null when there is none.</param>
/// <param name="Over">Why the stream is over; null while it is not.</param>
internal readonly record struct SessionDeadline(TimeSpan? Left, SessionEnd? Over)
{
    /// <param name="limits">What the person's roles say.</param>
    /// <param name="age">Since the stream began.</param>
    /// <param name="idle">Since the last data in either direction.</param>
    /// <param name="certificateLeft">How long the client certificate is still valid.</param>
    public static SessionDeadline Of(SessionLimits limits, TimeSpan age, TimeSpan idle, TimeSpan certificateLeft)
    {
        TimeSpan? left = null;
        if (limits.DisconnectExpiredCert is { } expiry && !IsLeft(certificateLeft))
        {
            return new(null, new($"the client certificate has expired (disconnect_expired_cert of role \"{expiry.Role}\")", IsExpiry: true));
        }

        if (limits.MaxSessionTtl is { } longest && !IsLeft(longest.Value - age))
        {
            return new(null, new($"the session has lasted max_session_ttl ({GoDuration.ToString(longest.Value)}) of role \"{longest.Role}\"", IsExpiry: false));
        }

        if (limits.ClientIdleTimeout is { } quiet && !IsLeft(quiet.Value - idle))
        {
            return new(null, new($"no activity for client_idle_timeout ({GoDuration.ToString(quiet.Value)}) of role \"{quiet.Role}\"", IsExpiry: false));
        }

        return new(left, null);

        bool IsLeft(TimeSpan time)
        {
            left = left is { } nearest && nearest < time ? nearest : time;
            return time > TimeSpan.Zero;
        }
    }
}

/// <summary>Why a limit ended a stream.</summary>
/// <param name="Reason">For the audit record and the person.</param>
/// <param name="IsExpiry">Whether the certificate's end did it.</param>
internal sealed record SessionEnd(string Reason, bool IsExpiry);
