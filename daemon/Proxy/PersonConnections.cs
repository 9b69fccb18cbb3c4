using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tidegate.Limits;

namespace Tidegate.Proxy;

/// <summary>A connection that its person has one too many of: its requests are refused, and it ends soon.</summary>
internal sealed record RefusedConnection(LimitExceeded Exceeded);

/// <summary>
/// Counts the connections of each person; after the handshake. Those without a good certificate count as one person's. One too many may ask once and is told why,
/// and who has nothing to ask is not waited for.
/// </summary>
internal static class PersonConnections
{
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(5);

    public static void Count(ListenOptions listen, PersonLimits limits) => listen.Use(next => async connection =>
    {
        var person = ConnectionIdentity.Of(connection)?.User ?? "";
        if (limits.TryTake(person, LimitedUse.Connections, 1) is { } exceeded)
        {
            connection.Features.Set(new RefusedConnection(exceeded));
            await using var end = limits.Time.CreateTimer(static c => ((ConnectionContext)c!).Abort(), connection, LongestFarewell, Timeout.InfiniteTimeSpan);
            await next(connection);
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            limits.GiveBack(person, LimitedUse.Connections, 1);
        }
    });
}
