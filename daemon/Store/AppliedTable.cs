using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Tidegate.Values;

namespace Tidegate.Store;

/// <summary>The tables <c>applied</c> and <c>file</c>. SQLite has no checksum of its own, so each content carries one.</summary>
internal sealed class AppliedTable(SqliteConnection connection)
{
    private const int Corrupt = 11;

    /// <summary>What the table holds, so that a write need not read it; null when that is not known.</summary>
    private Dictionary<(string Path, string Blob), (bool IsCurrent, bool IsRetained, string? RevisionId)>? known;

    /// <exception cref="SqliteException">The file is damaged.</exception>
    public Applied? Read()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT revision, author, authored, subject, source, details FROM applied";
        Revision? revision = null;
        string? source = null;
        string? details = null;
        using (var reader = command.ExecuteReader())
        {
            if (reader.Read())
            {
                revision = new(reader.GetString(0), reader.GetString(1), Date(reader.GetString(2)), reader.GetString(3));
                source = reader.IsDBNull(4) ? null : reader.GetString(4);
                details = reader.IsDBNull(5) ? null : reader.GetString(5);
            }
        }

        var files = ReadFiles();
        known = files.ToDictionary(f => (f.Path, f.BlobId), Flags);
        return revision is null ? null : new(revision, files) { Source = source, Details = details };
    }

    /// <summary>Writes what differs.</summary>
    /// <returns>To be called when the transaction is on the disk.</returns>
    public Action Write(Applied state, Func<AppliedFile, ReadOnlyMemory<byte>?> contentOf, SqliteTransaction transaction)
    {
        if (known is null)
        {
            Read();
        }

        var before = known!;
        var after = state.Files.ToDictionary(f => (f.Path, f.BlobId), Flags);
        known = null;
        WriteRevision(state, transaction);
        Delete(before.Keys.Where(k => !after.ContainsKey(k)), transaction);
        foreach (var file in Insert(state.Files.Where(f => !before.ContainsKey((f.Path, f.BlobId))), contentOf, transaction))
        {
            after.Remove((file.Path, file.BlobId));
        }

        Update(state.Files.Where(f => before.TryGetValue((f.Path, f.BlobId), out var row) && row != Flags(f)), transaction);
        return () => known = after;
    }

    private List<AppliedFile> ReadFiles()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT path, blob, is_current, is_retained, revision, content, digest FROM file ORDER BY path, is_retained, rowid";
        using var reader = command.ExecuteReader();
        var files = new List<AppliedFile>();
        while (reader.Read())
        {
            var content = reader.GetFieldValue<byte[]>(5);
            if (!reader.GetFieldValue<byte[]>(6).AsSpan().SequenceEqual(SHA256.HashData(content)))
            {
                throw new SqliteException($"the content of {reader.GetString(0)} does not match its checksum", Corrupt);
            }

            files.Add(new(reader.GetString(0), reader.GetString(1), content, reader.GetBoolean(3))
            {
                IsCurrent = reader.GetBoolean(2),
                RevisionId = reader.IsDBNull(4) ? null : reader.GetString(4),
            });
        }

        return files;
    }

    private void WriteRevision(Applied state, SqliteTransaction transaction)
    {
        var revision = state.Revision;
        using var command = Command(
            """
            INSERT OR REPLACE INTO applied (id, revision, author, authored, subject, source, details)
            VALUES (1, $revision, $author, $authored, $subject, $source, $details)
            """,
            transaction);
        command.Parameters.AddWithValue("$revision", revision.Id);
        command.Parameters.AddWithValue("$author", revision.Author);
        command.Parameters.AddWithValue("$authored", revision.When.ToString("O", CultureInfo.InvariantCulture));
        command.Parameters.AddWithValue("$subject", revision.Subject);
        command.Parameters.AddWithValue("$source", (object?)state.Source ?? DBNull.Value);
        command.Parameters.AddWithValue("$details", (object?)state.Details ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    private void Delete(IEnumerable<(string Path, string Blob)> keys, SqliteTransaction transaction)
    {
        using var command = Command("DELETE FROM file WHERE path = $path AND blob = $blob", transaction);
        var path = command.Parameters.Add("$path", SqliteType.Text);
        var blob = command.Parameters.Add("$blob", SqliteType.Text);
        foreach (var key in keys)
        {
            (path.Value, blob.Value) = key;
            command.ExecuteNonQuery();
        }
    }

    /// <returns>The files whose content nobody has.</returns>
    private List<AppliedFile> Insert(IEnumerable<AppliedFile> files, Func<AppliedFile, ReadOnlyMemory<byte>?> contentOf, SqliteTransaction transaction)
    {
        using var command = Command("INSERT INTO file VALUES ($path, $blob, $current, $retained, $revision, $content, $digest)", transaction);
        var flags = FlagParameters(command);
        var content = command.Parameters.Add("$content", SqliteType.Blob);
        var digest = command.Parameters.Add("$digest", SqliteType.Blob);
        var absent = new List<AppliedFile>();
        foreach (var file in files)
        {
            if (contentOf(file) is not { } bytes)
            {
                absent.Add(file);
                continue;
            }

            flags(file);
            content.Value = bytes.ToArray();
            digest.Value = SHA256.HashData(bytes.Span);
            command.ExecuteNonQuery();
        }

        return absent;
    }

    /// <summary>A version that stays keeps its place in the order, which says which of two is the older.</summary>
    private void Update(IEnumerable<AppliedFile> files, SqliteTransaction transaction)
    {
        using var command = Command(
            "UPDATE file SET is_current = $current, is_retained = $retained, revision = $revision WHERE path = $path AND blob = $blob", transaction);
        var flags = FlagParameters(command);
        foreach (var file in files)
        {
            flags(file);
            command.ExecuteNonQuery();
        }
    }

    private static Action<AppliedFile> FlagParameters(SqliteCommand command)
    {
        var path = command.Parameters.Add("$path", SqliteType.Text);
        var blob = command.Parameters.Add("$blob", SqliteType.Text);
        var current = command.Parameters.Add("$current", SqliteType.Integer);
        var retained = command.Parameters.Add("$retained", SqliteType.Integer);
        var revision = command.Parameters.Add("$revision", SqliteType.Text);
        return file =>
        {
            path.Value = file.Path;
            blob.Value = file.BlobId;
            current.Value = file.IsCurrent;
            retained.Value = file.IsRetained;
            revision.Value = (object?)file.RevisionId ?? DBNull.Value;
        };
    }

    private static (bool IsCurrent, bool IsRetained, string? RevisionId) Flags(AppliedFile file) => (file.IsCurrent, file.IsRetained, file.RevisionId);

    private SqliteCommand Command(string text, SqliteTransaction transaction)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        return command;
    }

    private static DateTimeOffset Date(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var date)
        ? date
        : throw new SqliteException("the date of the applied revision cannot be read", Corrupt);
}
