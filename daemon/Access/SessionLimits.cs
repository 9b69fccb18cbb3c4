using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Access;

/// <summary>
/// What a person's roles together say of what is open: of each option the strictest value, whichever role lets the person in. Source: Teleport,
/// <c>lib/services/role.go</c> (<c>AdjustSessionTTL</c>, <c>AdjustClientIdleTimeout</c>, <c>AdjustDisconnectExpiredCert</c>, <c>MaxKubernetesConnections</c>).
/// </summary>
internal sealed record SessionLimits
{
    /// <summary>No limits.</summary>
    public static readonly SessionLimits None = new();

    /// <summary>The longest that one stream may last; null: no limit.</summary>
    public RoleLimit<TimeSpan>? MaxSessionTtl { get; init; }

    /// <summary>The longest that a stream may go without data; null: no limit.</summary>
    public RoleLimit<TimeSpan>? ClientIdleTimeout { get; init; }

    /// <summary>Streams end when the client certificate expires; null when no role asks for it.</summary>
    public RoleLimit<bool>? DisconnectExpiredCert { get; init; }

    /// <summary>How many execs, attaches and port-forwards may be open at this gate; null: no limit.</summary>
    public RoleLimit<int>? MaxKubernetesConnections { get; init; }

    /// <param name="roles">Those in force, in a fixed order: of two that say the same the first is named.</param>
    public static SessionLimits StrictestOf(IReadOnlyCollection<Role> roles)
    {
        var limits = new SessionLimits
        {
            MaxSessionTtl = Least(roles, o => o.MaxSessionTtl),
            ClientIdleTimeout = Least(roles, o => o.ClientIdleTimeout),
            DisconnectExpiredCert = Least<bool>(roles, o => o.DisconnectExpiredCert ? true : null),
            MaxKubernetesConnections = Least<int>(roles, o => o.MaxKubernetesConnections == 0 ? null : o.MaxKubernetesConnections),
        };
        return limits == None ? None : limits;
    }

    private static RoleLimit<T>? Least<T>(IEnumerable<Role> roles, Func<RoleOptions, T?> option)
        where T : struct, IComparable<T>
    {
        RoleLimit<T>? least = null;
        foreach (var role in roles)
        {
            if (option(role.Options) is { } value && (least is not { } known || value.CompareTo(known.Value) < 0))
            {
                least = new(value, role.Name, role.Origin);
            }
        }

        return least;
    }
}

/// <summary>One limit and the role that set it.</summary>
/// <param name="Role">The role's name.</param>
/// <param name="Rule">Where the role stands.</param>
internal readonly record struct RoleLimit<T>(T Value, string Role, Origin Rule)
    where T : struct;
