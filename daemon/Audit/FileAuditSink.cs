namespace Tidegate.Audit;

/// <summary>
/// A file of JSON lines, appended one whole line a write, mode 0600. When the file was moved away (logrotate), the next record goes to a
/// new one. The write is done before the request's answer is complete: nothing is lost when the process is killed.
/// </summary>
internal sealed class FileAuditSink : IAuditSink
{
    private static readonly TimeSpan LookForRotation = TimeSpan.FromSeconds(1);

    private readonly Lock writing = new();
    private readonly string path;
    private readonly TimeProvider time;
    private FileStream? file;
    private long lookedAt;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder may not be written.</exception>
    public FileAuditSink(string path, TimeProvider time)
    {
        this.path = path;
        this.time = time;
        file = Open();
    }

    public void Write(AuditRecord record)
    {
        lock (writing)
        {
            try
            {
                ReopenIfMoved();
                file ??= Open();
                file.Write(record.Json.Span);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                file?.Dispose();
                file = null;
                throw new IOException($"the audit file {path} cannot be written: {e.Message}", e);
            }
        }
    }

    public void Dispose()
    {
        lock (writing)
        {
            file?.Dispose();
            file = null;
        }
    }

    private void ReopenIfMoved()
    {
        if (file is null || time.GetElapsedTime(lookedAt) < LookForRotation)
        {
            return;
        }

        lookedAt = time.GetTimestamp();
        if (!File.Exists(path) || new FileInfo(path).Length < file.Length)
        {
            file.Dispose();
            file = null;
        }
    }

    // bufferSize 0: a record reaches the kernel in the write that carries it.
    private FileStream Open() => new(path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });
}
