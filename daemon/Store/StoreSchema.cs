using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tidegate.Store;

/// <summary>
/// The tables, and how an older file becomes a current one. The version is SQLite's <c>user_version</c>; step n leads from version n to
/// n + 1, and a published step never changes.
/// </summary>
internal static class StoreSchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE applied (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            revision TEXT NOT NULL,
            author TEXT NOT NULL,
            authored TEXT NOT NULL,
            subject TEXT NOT NULL
        ) STRICT;
        CREATE TABLE file (
            path TEXT NOT NULL,
            blob TEXT NOT NULL,
            is_current INTEGER NOT NULL,
            is_retained INTEGER NOT NULL,
            revision TEXT,
            content BLOB NOT NULL,
            digest BLOB NOT NULL,
            PRIMARY KEY (path, blob)
        ) STRICT;
        CREATE TABLE pass (
            id INTEGER PRIMARY KEY,
            started TEXT NOT NULL,
            duration_ms REAL NOT NULL,
            trigger_name TEXT NOT NULL,
            outcome TEXT NOT NULL,
            revision TEXT,
            details TEXT NOT NULL
        ) STRICT;
        """,
        """
        ALTER TABLE applied ADD COLUMN source TEXT;
        """,
        """
        ALTER TABLE applied ADD COLUMN details TEXT;
        """,
    ];

    /// <exception cref="StoreException">The file was written by a newer program.</exception>
    public static void Migrate(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var version = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (version > Steps.Length)
        {
            throw new StoreException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path} has version {version} and this tidegate knows versions up to {Steps.Length}: install the newer tidegate again, or move the file away to rebuild it from git"));
        }

        if (version == Steps.Length)
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        for (var step = version; step < Steps.Length; step++)
        {
            command.Transaction = transaction;
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"{Steps[step]}PRAGMA user_version = {step + 1}");
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
