namespace Tidegate.Hosting;

/// <summary>
/// Whether systemd has connected this program with the journal. <c>$JOURNAL_STREAM</c> alone does not say so: it is inherited, for instance by a shell in a
/// desktop's terminal, so the socket that it names must still be one of the standard streams. Source: systemd.exec(5).
/// </summary>
internal static class JournalStream
{
    public static bool IsConnected() =>
        Names(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), new FileInfo("/proc/self/fd/2").LinkTarget, new FileInfo("/proc/self/fd/1").LinkTarget);

    /// <param name="variable">Device and inode, <c>8:12345</c>.</param>
    /// <param name="streams">What the standard streams are, as /proc says: <c>socket:[12345]</c>.</param>
    public static bool Names(string? variable, params ReadOnlySpan<string?> streams) =>
        variable?.Split(':') is [_, { Length: > 0 } inode] && streams.Contains($"socket:[{inode}]");
}
