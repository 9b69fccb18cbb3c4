using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tidegate.Store;

/// <summary>
/// What survives a restart, in one SQLite file that only the daemon's account can read and only one process can open. A transaction is
/// on the disk when its method returns. A damaged file is moved aside, never repaired: git has what it held. For one thread at a time;
/// calls of several are put in order.
/// </summary>
internal sealed partial class StateStore : IDisposable
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Full = 13;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly string path;
    private readonly ILogger<StateStore> logger;
    private readonly Lock gate = new();
    private SqliteConnection connection;
    private AppliedTable applied;
    private HistoryTable history;

    private StateStore(string path, ILogger<StateStore> logger)
    {
        this.path = path;
        this.logger = logger;
        (connection, applied, history) = OpenOrReplace();
        Narrowed = new(path + ".narrowed");
        Reserve();
    }

    /// <summary>Opens the file, or creates it.</summary>
    /// <exception cref="StoreException">Another process has it, it is of a newer version, or the folder cannot be written.</exception>
    public static StateStore Open(string path, ILogger<StateStore> logger) => new(path, logger);

    /// <summary>What can be written when this file cannot, in the caller's words.</summary>
    public ReservedFile Narrowed { get; }

    /// <summary>The state in force when the last process ended, or null when there was none or its file was damaged.</summary>
    public Applied? ReadApplied() => Do(() => applied.Read());

    /// <summary>Replaces the state in force; writes only the rows that differ.</summary>
    public void WriteApplied(Applied state) => WriteApplied(state, static file => file.Content);

    /// <summary>The same, asking for the content of those versions only that the store does not hold yet; null leaves one out.</summary>
    public void WriteApplied(Applied state, Func<AppliedFile, ReadOnlyMemory<byte>?> contentOf) => Write(state, contentOf, []);

    /// <summary>Both in one transaction: a history that tells of a state which is not there would be believed.</summary>
    /// <param name="state">Null: only passes.</param>
    public void Write(Applied? state, Func<AppliedFile, ReadOnlyMemory<byte>?> contentOf, IReadOnlyList<PassRecord> passes) => Do(() =>
    {
        using var transaction = connection.BeginTransaction();
        var written = state is null ? null : applied.Write(state, contentOf, transaction);
        foreach (var pass in passes)
        {
            history.Append(pass, transaction);
        }

        transaction.Commit();
        written?.Invoke();
        return true;
    });

    /// <summary>Adds a pass and forgets those beyond the last <see cref="HistoryTable.Longest"/>.</summary>
    public void AppendHistory(PassRecord record) => Write(null, static _ => null, [record]);

    /// <summary>The last passes, newest first.</summary>
    /// <exception cref="TimeoutException">A write waits for the disk.</exception>
    public IReadOnlyList<PassRecord> ReadHistory(int count)
    {
        if (!gate.TryEnter(Patience))
        {
            throw new TimeoutException($"the disk that holds {path} does not answer");
        }

        try
        {
            return Do(() => history.Read(count));
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>Leaves a write that waits for the disk to the end of the process: it is whole or not there.</summary>
    public void Dispose()
    {
        if (gate.TryEnter(Patience))
        {
            connection.Dispose();
            gate.Exit();
        }
    }

    private T Do<T>(Func<T> work)
    {
        lock (gate)
        {
            try
            {
                try
                {
                    return work();
                }
                catch (SqliteException e) when (IsDamage(e))
                {
                    connection.Dispose();
                    MoveAside(e.Message);
                    (connection, applied, history) = OpenOnce();
                    return work();
                }
            }
            catch (SqliteException e)
            {
                throw Explain(e);
            }
        }
    }

    private (SqliteConnection Connection, AppliedTable Applied, HistoryTable History) OpenOrReplace()
    {
        try
        {
            try
            {
                return OpenOnce();
            }
            catch (SqliteException e) when (IsDamage(e))
            {
                MoveAside(e.Message);
                return OpenOnce();
            }
        }
        catch (SqliteException e)
        {
            throw Explain(e);
        }
    }

    private (SqliteConnection Connection, AppliedTable Applied, HistoryTable History) OpenOnce()
    {
        Protect();
        var opened = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            opened.Open();

            // Exclusive before the first access: no shared memory file, and a second daemon on the same folder fails at once.
            Execute(opened, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT");
            StoreSchema.Migrate(opened, path);
            Check(opened);
            var table = new AppliedTable(opened);
            _ = table.Read();
            return (opened, table, new HistoryTable(opened));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Credentials may be inside: the file has its mode before it has content, and SQLite gives the log the same.</summary>
    private void Protect()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = Owner, Share = FileShare.ReadWrite }))
            {
            }

            File.SetUnixFileMode(path, Owner);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path} cannot be written: {e.Message} Check that data_dir exists and belongs to the daemon's account.", e);
        }
    }

    private void Reserve()
    {
        try
        {
            Narrowed.Reserve();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotReserved(logger, Narrowed.Path, e.Message);
        }
    }

    private static void Check(SqliteConnection opened)
    {
        using var command = opened.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is not "ok")
        {
            throw new SqliteException("the file fails its check", Corrupt);
        }
    }

    private void MoveAside(string reason)
    {
        var aside = path + ".damaged";
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
        {
            if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, aside + suffix, overwrite: true);
            }
        }

        Log.Damaged(logger, path, aside, reason);
    }

    private StoreException Explain(SqliteException e) => e.SqliteErrorCode switch
    {
        Busy or Locked => new($"{path} is in use by another tidegate: stop it, or give this one a data_dir of its own", e),
        Full => new($"the disk that holds {path} is full: make room", e),
        _ => new(string.Create(CultureInfo.InvariantCulture, $"{path} cannot be used: {e.Message}"), e),
    };

    private static bool IsDamage(SqliteException e) => e.SqliteErrorCode is Corrupt or NotADatabase;

    private static void Execute(SqliteConnection opened, string text)
    {
        using var command = opened.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Store + 2, LogLevel.Warning, "{File} cannot be made, so that a disk which is full keeps no revocation over a restart without git: {Reason}")]
        public static partial void NotReserved(ILogger logger, string file, string reason);

        [LoggerMessage(EventIds.Store + 1, LogLevel.Error, "{File} is damaged ({Reason}); it now lies at {Aside} and the state is rebuilt from git")]
        public static partial void Damaged(ILogger logger, string file, string aside, string reason);
    }
}
