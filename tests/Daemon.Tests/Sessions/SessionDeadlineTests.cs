using Tidegate.Access;
using Tidegate.Labels;
using Tidegate.Sessions;
using Tidegate.Values;

namespace Tidegate.Tests.Sessions;

public sealed class SessionDeadlineTests
{
    public static IEnumerable<object[]> Cases() => CaseTable.Read("Sessions/deadlines.tsv", 8).Select(c => new object[] { c });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Says_how_long_or_why_not(string[] cells)
    {
        var limits = new SessionLimits
        {
            MaxSessionTtl = Limit(cells[0], Time),
            ClientIdleTimeout = Limit(cells[1], Time),
            DisconnectExpiredCert = Limit(cells[2], v => v == "yes"),
        };

        var deadline = SessionDeadline.Of(limits, Time(cells[3]), Time(cells[4]), Time(cells[5]));

        (deadline.Over?.Reason ?? "").ShouldBe(cells[7]);
        (deadline.Left is { } left ? GoDuration.ToString(left) : "-").ShouldBe(cells[6]);
        (deadline.Over?.IsExpiry ?? false).ShouldBe(cells[7].Contains("certificate", StringComparison.Ordinal));
    }

    private static RoleLimit<T>? Limit<T>(string cell, Func<string, T> read)
        where T : struct =>
        cell.Split('@') is [var value, var role] ? new(read(value), role, new Origin($"roles/{role}.yaml", 1, "")) : null;

    private static TimeSpan Time(string text)
    {
        GoDuration.TryParse(text, out var value, out var error).ShouldBeTrue(error);
        return value;
    }
}
